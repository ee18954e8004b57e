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
 * Polls, handles, commits, until it is told to stop; then it finishes the batch in hand, commits that, and leaves the
 * group. If the batch takes longer than the time to stop, it is interrupted and commits what it has handled.
 */
final class Consumption implements Service {

    /** Handles one record; interrupted when the time to stop is over. */
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
        } // closing leaves the group, so that the others need not wait for the session to time out
    }

    private static ConsumerRecords<String, String> poll(KafkaConsumer<String, String> consumer) {
        try {
            return consumer.poll(Duration.ofSeconds(30));
        } catch (WakeupException toldToStop) {
            return ConsumerRecords.empty();
        }
    }

    private void handle(KafkaConsumer<String, String> consumer, ConsumerRecords<String, String> batch)
            throws Exception {
        Map<TopicPartition, OffsetAndMetadata> handled = new HashMap<>();
        // Whatever ends the loop, what was handled is committed.
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
            consumer.commitSync(handled); // told to stop while the batch was handled; a wake-up is thrown once
        }
    }
}
