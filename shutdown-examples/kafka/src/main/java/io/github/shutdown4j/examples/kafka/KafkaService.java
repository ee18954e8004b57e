package io.github.shutdown4j.examples.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;

import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * A Kafka consumer with a graceful shutdown. {@link Consumption} is its only service, which finishes the current batch in the
 * phase <i>stop</i>. That phase must be long enough for a batch:
 *
 * <pre>
 * max.poll.records × the time of a record  &lt;  shutdown.stop_timeout_secs  &lt;  max.poll.interval.ms
 * </pre>
 *
 * The environment variables set the address of the broker (KAFKA), the topic (TOPIC), the group (GROUP), the duration of a
 * record (HANDLE_MS) and the kind of client (CLIENT).
 */
public final class KafkaService {

    private KafkaService() {}

    public static void main(String[] args) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .services(ServiceGroup.builder()
                        .add("consumer", service(environment))
                        .build())
                .onFinished(report -> System.out.println(report.toText()))
                .build();
        coordinator.run();
    }

    private static Service service(Map<String, String> environment) {
        String broker = environment.getOrDefault("KAFKA", "localhost:9092");
        String topic = environment.getOrDefault("TOPIC", "orders");
        Properties settings = settings(broker, environment.getOrDefault("GROUP", "orders"));
        long millis = Long.parseLong(environment.getOrDefault("HANDLE_MS", "1"));
        Consumption.Handler handler = record -> handle(record, millis);
        return switch (environment.getOrDefault("CLIENT", "consumer")) {
            case "consumer" -> new Consumption(settings, topic, handler, CloseOptions.timeout(Duration.ofSeconds(30)));
            case "static" -> {
                settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, environment.get("INSTANCE"));
                yield new Consumption(settings, topic, handler, closeOptions(environment.containsKey("LEAVE")));
            }
            case "share" -> new ShareConsumption(shareSettings(settings), topic, handler);
            case "transform" ->
                new Transformation(settings, producerSettings(broker), topic, topic + "-transformed", handler);
            default -> throw new IllegalArgumentException("CLIENT must be consumer, static, share or transform");
        };
    }

    /** A static member keeps its partitions for its successor. A member without a successor has to leave. */
    private static CloseOptions closeOptions(boolean leave) {
        return CloseOptions.groupMembershipOperation(
                leave ? GroupMembershipOperation.LEAVE_GROUP : GroupMembershipOperation.DEFAULT);
    }

    private static Properties settings(String broker, String group) {
        Properties settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false); // it commits records that are not handled yet
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        return settings;
    }

    private static Properties shareSettings(Properties settings) {
        settings.remove(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG); // a setting of the group, as is the commit
        settings.remove(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit"); // the default exceeds the next setting
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 20);
        return settings;
    }

    private static Properties producerSettings(String broker) {
        Properties settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "transform-0"); // the same after a restart
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        return settings;
    }

    private static void handle(ConsumerRecord<String, String> record, long millis) throws InterruptedException {
        Thread.sleep(millis);
        System.out.println("handled " + record.value());
        record.deliveryCount().filter(count -> count > 1).ifPresent(count -> System.out.println("delivered again"));
    }
}
