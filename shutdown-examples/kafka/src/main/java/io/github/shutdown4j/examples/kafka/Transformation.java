package io.github.shutdown4j.examples.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Properties;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.WakeupException;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;
import io.github.shutdown4j.trigger.Subscription;

/**
 * Reads from one topic and writes to another, each batch in a transaction. When it is stopped, it commits the current batch;
 * when it is interrupted, it aborts it. An open transaction blocks all readers of committed records until the broker aborts
 * it, after a minute by default.
 */
final class Transformation implements Service {

    private final Properties consumerSettings;
    private final Properties producerSettings;
    private final String from;
    private final String to;
    private final Consumption.Handler handler;

    Transformation(Properties consumer, Properties producer, String from, String to, Consumption.Handler handler) {
        this.consumerSettings = consumer;
        this.producerSettings = producer;
        this.from = from;
        this.to = to;
        this.handler = handler;
    }

    @Override
    public void run(ServiceContext context) throws Exception {
        KafkaProducer<String, String> producer = new KafkaProducer<>(producerSettings);
        if (!initTransactions(producer, context)) {
            return; // without close(), which waits for a broker that does not answer
        }
        try (producer;
                KafkaConsumer<String, String> consumer = new KafkaConsumer<>(consumerSettings)) {
            context.onStop(consumer::wakeup);
            consumer.subscribe(List.of(from));
            context.ready();
            while (!context.isStopping()) {
                transform(consumer, producer, poll(consumer));
            }
        }
    }

    /**
     * Also aborts a transaction that a killed predecessor has left open. Without a broker it takes a minute, unless it is
     * interrupted.
     *
     * @return false if the stop came first
     */
    private static boolean initTransactions(KafkaProducer<String, String> producer, ServiceContext context) {
        try (Subscription giveUp = context.onStop(Thread.currentThread()::interrupt)) {
            producer.initTransactions();
        } catch (InterruptException stopped) {
            return false;
        } catch (KafkaException failed) {
            producer.close(Duration.ZERO);
            throw failed;
        }
        return !context.isStopping();
    }

    private static ConsumerRecords<String, String> poll(KafkaConsumer<String, String> consumer) {
        try {
            return consumer.poll(Duration.ofSeconds(30));
        } catch (WakeupException stopRequested) {
            return ConsumerRecords.empty();
        }
    }

    private void transform(
            KafkaConsumer<String, String> consumer,
            KafkaProducer<String, String> producer,
            ConsumerRecords<String, String> batch)
            throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        producer.beginTransaction();
        try {
            for (ConsumerRecord<String, String> record : batch) {
                handler.handle(record);
                var unused = producer.send(new ProducerRecord<>(to, record.key(), record.value()));
            }
            producer.sendOffsetsToTransaction(batch.nextOffsets(), consumer.groupMetadata());
            producer.commitTransaction();
        } catch (ProducerFencedException replaced) {
            throw replaced; // another one has this transactional.id, and has ended the transaction
        } catch (KafkaException | InterruptedException failed) {
            producer.abortTransaction(); // close() would do it as well, close(Duration.ZERO) would not
            throw failed;
        }
    }
}
