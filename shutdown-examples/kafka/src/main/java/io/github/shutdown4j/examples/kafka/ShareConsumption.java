package io.github.shutdown4j.examples.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Properties;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.WakeupException;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * A member of a share group. When it is stopped, it finishes and acknowledges the current batch, so that it returns nothing:
 * a record that a closing consumer returns counts as delivered, and after five deliveries the broker drops it, handled or
 * not.
 *
 * <p>That needs small batches, which {@code max.poll.records} does not give unless {@code share.acquire.mode} is
 * {@code record_limit}.
 */
final class ShareConsumption implements Service {

    /** For a broker that does not answer; below {@code shutdown.stop_timeout_secs}. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Properties settings;
    private final String topic;
    private final Consumption.Handler handler;

    ShareConsumption(Properties settings, String topic, Consumption.Handler handler) {
        this.settings = settings;
        this.topic = topic;
        this.handler = handler;
    }

    @Override
    public void run(ServiceContext context) throws Exception {
        KafkaShareConsumer<String, String> consumer = new KafkaShareConsumer<>(settings);
        try (AutoCloseable leaving = () -> consumer.close(CLOSE_LIMIT)) {
            context.onStop(consumer::wakeup);
            consumer.subscribe(List.of(topic));
            context.ready();
            while (!context.isStopping()) {
                handle(consumer, poll(consumer));
            }
        }
    }

    private static ConsumerRecords<String, String> poll(KafkaShareConsumer<String, String> consumer) {
        try {
            return consumer.poll(Duration.ofSeconds(30));
        } catch (WakeupException stopRequested) {
            return ConsumerRecords.empty();
        }
    }

    private void handle(KafkaShareConsumer<String, String> consumer, ConsumerRecords<String, String> batch)
            throws Exception {
        // Even if a record fails or is interrupted, earlier ones are acknowledged; the close returns the rest.
        try (AutoCloseable commit = () -> commit(consumer)) {
            for (ConsumerRecord<String, String> record : batch) {
                handler.handle(record);
                consumer.acknowledge(record, AcknowledgeType.ACCEPT);
            }
        }
    }

    private static void commit(KafkaShareConsumer<String, String> consumer) {
        try {
            consumer.commitSync();
        } catch (WakeupException meantForPoll) {
            consumer.commitSync();
        }
    }
}
