package io.github.shutdown4j.examples.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.PullSubscribeOptions;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * Consumes a stream of NATS JetStream in small batches, and finishes the current batch when it is stopped. A closed
 * connection returns nothing: received messages are delivered again only after the {@code ack_wait} of the consumer, 30 s by
 * default. Therefore an interrupted batch is returned with {@code nak}.
 *
 * <p>It does not use {@code fetch} of the {@code ConsumerContext}: if a batch expires while its messages are handled, that
 * method drops the rest of the received messages, which are then also delivered again 30 s later.
 */
final class NatsConsumption implements Service {

    /** A batch must be handled within {@code shutdown.stop_timeout_secs}. */
    private static final int BATCH = 20;

    /** The wait for an empty batch, which limits the stop when there is nothing to do. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private static final Duration LATE = Duration.ofMillis(100);
    private static final Duration FLUSH = Duration.ofSeconds(5);

    private final String url;
    private final String stream;
    private final String consumer;
    private final MessageHandler handler;

    NatsConsumption(String url, String stream, String consumer, MessageHandler handler) {
        this.url = url;
        this.stream = stream;
        this.consumer = consumer;
        this.handler = handler;
    }

    @Override
    public void run(ServiceContext context) throws Exception {
        try (Connection connection = Nats.connect(url);
                AutoCloseable flush = () -> connection.flush(FLUSH)) { // the last acknowledgements
            JetStreamSubscription messages =
                    connection.jetStream().subscribe(null, PullSubscribeOptions.bind(stream, consumer));
            context.ready();
            while (!context.isStopping()) {
                List<Message> batch = messages.fetch(BATCH, WAIT);
                handle(batch);
                if (batch.isEmpty()) {
                    failIfDeleted(messages);
                }
            }
            // Messages that arrived after the last request had expired locally.
            for (Message late = messages.nextMessage(LATE); late != null; late = messages.nextMessage(LATE)) {
                handle(List.of(late));
            }
        }
    }

    /** A fetch from a consumer that does not exist returns nothing and fails only if it was deleted during the fetch. */
    private void failIfDeleted(JetStreamSubscription messages) throws JetStreamApiException {
        try {
            if (messages.getConsumerInfo() == null) {
                throw new IllegalStateException("the consumer '" + consumer + "' was deleted");
            }
        } catch (IOException unreachable) {
            // the client connects again by itself
        }
    }

    private void handle(List<Message> batch) throws InterruptedException {
        Deque<Message> unhandled = new ArrayDeque<>(batch);
        try {
            while (!unhandled.isEmpty()) {
                handler.handle(new String(unhandled.peek().getData(), StandardCharsets.UTF_8));
                unhandled.remove().ack();
            }
        } finally {
            unhandled.forEach(Message::nak);
        }
    }
}
