package io.github.shutdown4j.examples.clients;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * Consumes a queue of RabbitMQ. When it is stopped, it cancels the consumer and handles the prefetched messages. Closing
 * the channel right away would return the prefetched messages; a quorum queue counts each return as a delivery, and from
 * RabbitMQ 4.0 on it drops a message after twenty, whether it was handled or not.
 *
 * <p>The client connects again by itself. It does not bring back a consumer whose queue was deleted or whose handler has
 * thrown; the service fails then.
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
            BlockingQueue<Optional<Exception>> ends = new LinkedBlockingQueue<>();
            String tag = channel.basicConsume(queue, false, new Consumer(channel, context, ends));
            context.ready();
            context.onStop(() -> ends.add(Optional.empty()));
            await(ends);
            channel.basicCancel(tag);
            await(ends); // all prefetched messages are handled and acknowledged
        }
    }

    private static void await(BlockingQueue<Optional<Exception>> ends) throws Exception {
        Optional<Exception> failure = ends.take();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private final class Consumer extends DefaultConsumer {

        private final ServiceContext context;
        private final BlockingQueue<Optional<Exception>> ends;

        Consumer(Channel channel, ServiceContext context, BlockingQueue<Optional<Exception>> ends) {
            super(channel);
            this.context = context;
            this.ends = ends;
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
            ends.add(Optional.empty());
        }

        /** Nothing would be delivered any more, as after the end of the channel, which a failed handler causes. */
        @Override
        public void handleCancel(String tag) {
            ends.add(Optional.of(new IOException("RabbitMQ has cancelled the consumer of '" + queue + "'")));
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException end) {
            if (!end.isHardError() || context.isStopping()) { // otherwise the client connects again
                ends.add(Optional.of(end));
            }
        }
    }
}
