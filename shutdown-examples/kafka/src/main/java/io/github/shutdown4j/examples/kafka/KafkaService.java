package io.github.shutdown4j.examples.kafka;

import java.util.Map;
import java.util.Properties;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * A Kafka consumer that ends well: {@link Consumption} is its service, and no more is needed, since the batch in hand is
 * finished in the phase in which services stop. So that phase must be long enough for a batch:
 *
 * <pre>
 * max.poll.records × the time of a record  &lt;  shutdown.stop_timeout_secs  &lt;  max.poll.interval.ms
 * </pre>
 *
 * The environment says where the broker is (KAFKA), which topic (TOPIC) and group (GROUP), and how long a record takes (HANDLE_MS).
 */
public final class KafkaService {

    private KafkaService() {}

    public static void main(String[] args) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        long millis = Long.parseLong(environment.getOrDefault("HANDLE_MS", "1"));

        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .services(ServiceGroup.builder()
                        .add(
                                "consumer",
                                new Consumption(
                                        settings(
                                                environment.getOrDefault("KAFKA", "localhost:9092"),
                                                environment.getOrDefault("GROUP", "orders")),
                                        environment.getOrDefault("TOPIC", "orders"),
                                        record -> handle(record, millis)))
                        .build())
                .onFinished(report -> System.out.println(report.toText()))
                .build();
        coordinator.run();
    }

    private static Properties settings(String broker, String group) {
        Properties settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false); // it would commit what is not handled yet
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        return settings;
    }

    private static void handle(ConsumerRecord<String, String> record, long millis) throws InterruptedException {
        Thread.sleep(millis);
        System.out.println("handled " + record.value());
    }
}
