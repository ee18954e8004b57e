package io.github.shutdown4j.examples.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * Polls, handles and commits until it is stopped. Then it finishes the current batch, commits it, and leaves the group. If the
 * batch exceeds the limit of the stop, it is interrupted and commits the handled records.
 */
final class Consumption implements Service {

    /** Handles one record; interrupted at the limit of the stop. */
    interface Handler {
        void handle(ConsumerRecord<String, String> record) throws InterruptedException;
    }

    private final Properties settings;
    private final String topic;
    private final Handler handler;
    private final CloseOptions atClose;

    Consumption(Properties settings, String topic, Handler handler, CloseOptions atClose) {
        this.settings = settings;
        this.topic = topic;
        this.handler = handler;
        this.atClose = atClose;
    }

    @Override
    public void run(ServiceContext context) throws Exception {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings);
        try (AutoCloseable leaving = () -> consumer.close(atClose)) {
            context.onStop(consumer::wakeup); // the only method of a consumer that another thread may call
            consumer.subscribe(List.of(topic));
            context.ready();
            while (!context.isStopping()) {
                handle(consumer, poll(consumer));
            }
        } // closing leaves the group, so that the others do not wait for the session timeout
    }

    private static ConsumerRecords<String, String> poll(KafkaConsumer<String, String> consumer) {
        try {
            return consumer.poll(Duration.ofSeconds(30));
        } catch (WakeupException stopRequested) {
            return ConsumerRecords.empty();
        }
    }

    private void handle(KafkaConsumer<String, String> consumer, ConsumerRecords<String, String> batch)
            throws Exception {
        Map<TopicPartition, OffsetAndMetadata> handled = new HashMap<>();
        // However the loop ends, handled records are committed.
        try (AutoCloseable commit = () -> commit(consumer, handled)) {
            for (ConsumerRecord<String, String> record : batch) {
                handler.handle(record);
                handled.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
            }
        }
    }

    private static void commit(KafkaConsumer<String, String> consumer, Map<TopicPartition, OffsetAndMetadata> handled) {
        try {
            consumer.commitSync(handled);
        } catch (WakeupException meantForPoll) {
            consumer.commitSync(handled); // stopped while the batch was handled; a wake-up is thrown once
        }
    }
}
