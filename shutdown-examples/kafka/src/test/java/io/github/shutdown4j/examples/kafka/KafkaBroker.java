package io.github.shutdown4j.examples.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;

import static java.time.Duration.ofSeconds;
import static org.awaitility.Awaitility.await;

/** A real broker in the JVM of the test. It is started once for all test classes and closed after the last one. */
public final class KafkaBroker implements BeforeAllCallback {

    private static KafkaClusterTestKit kafka;

    /** For {@code @ExtendWith}. */
    public KafkaBroker() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        var unused = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(KafkaBroker.class))
                .computeIfAbsent("broker", key -> (AutoCloseable) KafkaBroker::close);
    }

    /** The broker, started if it is not yet. */
    public static synchronized KafkaClusterTestKit get() throws Exception {
        if (kafka == null) {
            kafka = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                            .setCombined(true)
                            .setNumControllerNodes(1)
                            .setNumBrokerNodes(1)
                            .build())
                    .setConfigProp("group.initial.rebalance.delay.ms", "0")
                    .setConfigProp("offsets.topic.replication.factor", "1")
                    .setConfigProp("offsets.topic.num.partitions", "1")
                    .setConfigProp("transaction.state.log.replication.factor", "1")
                    .setConfigProp("transaction.state.log.min.isr", "1")
                    .setConfigProp("transaction.state.log.num.partitions", "1")
                    .setConfigProp("share.coordinator.state.topic.replication.factor", "1")
                    .setConfigProp("share.coordinator.state.topic.min.isr", "1")
                    .setConfigProp("share.coordinator.state.topic.num.partitions", "1")
                    .build();
            kafka.format();
            kafka.startup();
            kafka.waitForReadyBrokers();
        }
        return kafka;
    }

    private static synchronized void close() throws Exception {
        if (kafka != null) {
            kafka.close();
        }
    }

    public static void createTopic(String name, int partitions) throws Exception {
        try (Admin admin = get().admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** Produces 0 to count - 1, at about 1,000 a second. */
    public static CompletableFuture<Integer> produce(String topic, int count) {
        return produce(topic, count, () -> true);
    }

    /** Sends at least {@code count}, and slowly more until it is enough; the result is how many. */
    static CompletableFuture<Integer> produce(String topic, int count, BooleanSupplier enough) {
        return CompletableFuture.supplyAsync(() -> {
            // One request at a time: a broker that is just becoming the leader of a new partition may refuse the first
            // batch and accept the second, and then always refuses the first as out of order.
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers",
                    kafka.bootstrapServers(),
                    "linger.ms",
                    0,
                    "max.in.flight.requests.per.connection",
                    1);
            try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < count || !enough.getAsBoolean(); i++) {
                    sent.add(producer.send(new ProducerRecord<>(topic, Integer.toString(i), Integer.toString(i))));
                    if (i % 10 == 0) {
                        Thread.sleep(i < count ? 10 : 100);
                    }
                }
                for (Future<RecordMetadata> record : sent) {
                    record.get();
                }
                return sent.size();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    public static List<Integer> handled(ChildJvm app) {
        return app.out().stream()
                .filter(line -> line.startsWith("handled "))
                .map(line -> Integer.valueOf(line.substring("handled ".length())))
                .toList();
    }

    /** At once, not when the session times out after 45 s. */
    public static void assertMembers(String group, int count) throws Exception {
        try (Admin admin = get().admin()) {
            await().atMost(ofSeconds(40)) // before a session of the group ends by itself
                    .ignoreExceptions()
                    .until(() -> admin.describeConsumerGroups(List.of(group))
                                    .all()
                                    .get()
                                    .get(group)
                                    .members()
                                    .size()
                            == count);
        }
    }

    /** A client of this kind, in its own JVM. */
    static ChildJvmLauncher client(String kind, String topic, Path directory, ChildJvms jvms) throws Exception {
        return Example.in(directory, jvms)
                .env("CLIENT", kind)
                .env("KAFKA", get().bootstrapServers())
                .env("TOPIC", topic)
                .env("GROUP", topic);
    }
}
