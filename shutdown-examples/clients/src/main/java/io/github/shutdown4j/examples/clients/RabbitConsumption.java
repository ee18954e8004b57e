package io.github.shutdown4j.examples.clients;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * Consumes a queue of RabbitMQ. When it is stopped, it cancels the consumer and handles the prefetched messages. Closing
 * the channel right away would return the prefetched messages; a quorum queue counts each return as a delivery, and from
 * RabbitMQ 4.0 on it drops a message after twenty, whether it was handled or not.
 */
final class RabbitConsumption implements Service {

    /** This number of messages must be handled within {@code shutdown.stop_timeout_secs}. */
    private static final int PREFETCH = 20;

    private final ConnectionFactory factory;
    private final String queue;
    private final MessageHandler handler;

    RabbitConsumption(ConnectionFactory factory, String queue, MessageHandler handler) {
        this.factory = factory;
        this.queue = queue;
        this.handler = handler;
    }

    @Override
    public void run(ServiceContext context) throws Exception {
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            channel.basicQos(PREFETCH);
            Consumer consumer = new Consumer(channel);
            String tag = channel.basicConsume(queue, false, consumer);
            context.ready();
            context.awaitStop();
            channel.basicCancel(tag);
            consumer.cancelled.await(); // all prefetched messages are handled and acknowledged
        }
    }

    private final class Consumer extends DefaultConsumer {

        private final CountDownLatch cancelled = new CountDownLatch(1);

        Consumer(Channel channel) {
            super(channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                throws IOException {
            try {
                handler.handle(new String(body, StandardCharsets.UTF_8));
                getChannel().basicAck(envelope.getDeliveryTag(), false);
            } catch (InterruptedException outOfTime) {
                throw new InterruptedIOException("interrupted");
            }
        }

        /** The client calls this after all earlier deliveries. */
        @Override
        public void handleCancelOk(String tag) {
            cancelled.countDown();
        }
    }
}
