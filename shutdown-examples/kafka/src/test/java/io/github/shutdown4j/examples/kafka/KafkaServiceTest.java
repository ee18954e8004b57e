package io.github.shutdown4j.examples.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;
import io.github.shutdown4j.testing.ExitAssert;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** With a real broker, in the JVM of the test. */
@Timeout(180)
class KafkaServiceTest {

    /** Seconds to stop: for a batch of 500, whose pauses of 1 ms are many times that on a loaded machine. */
    private static final String LONG_ENOUGH = "25";

    private static KafkaClusterTestKit kafka;

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setCombined(true)
                        .setNumControllerNodes(1)
                        .setNumBrokerNodes(1)
                        .build())
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("offsets.topic.num.partitions", "1")
                .build();
        kafka.format();
        kafka.startup();
        kafka.waitForReadyBrokers();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        kafka.close();
    }

    private static void createTopic(String name, int partitions) throws Exception {
        try (Admin admin = kafka.admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** Produces 0 to count - 1, at about 1,000 a second. */
    private static CompletableFuture<Void> produce(String topic, int count) {
        return CompletableFuture.runAsync(() -> {
            // One request at a time: a broker that is just becoming the leader of a fresh partition may refuse the
            // first batch and take the second, and then never takes the first any more, which is out of order.
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers",
                    kafka.bootstrapServers(),
                    "linger.ms",
                    0,
                    "max.in.flight.requests.per.connection",
                    1);
            try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    sent.add(producer.send(new ProducerRecord<>(topic, Integer.toString(i), Integer.toString(i))));
                    if (i % 10 == 0) {
                        Thread.sleep(10);
                    }
                }
                for (Future<RecordMetadata> record : sent) {
                    record.get();
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private ChildJvm start(String topic, String handleMillis, String stopSeconds) {
        return Example.in(folder, jvms)
                .env("KAFKA", kafka.bootstrapServers())
                .env("TOPIC", topic)
                .env("GROUP", topic)
                .env("HANDLE_MS", handleMillis)
                .env("APP_SHUTDOWN_STOP_TIMEOUT_SECS", stopSeconds)
                .start();
    }

    private static List<Integer> handled(ChildJvm app) {
        return app.out().stream()
                .filter(line -> line.startsWith("handled "))
                .map(line -> Integer.valueOf(line.substring("handled ".length())))
                .toList();
    }

    /** At once, not when the session times out, which is 45 s later. */
    private static void assertMembers(String group, int count) {
        try (Admin admin = kafka.admin()) {
            await().atMost(ofSeconds(20))
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

    /** Lets one consumer after the other take its part and end by TERM; the last one finishes, and is idle at its end. */
    private List<Integer> consumeInTurns(String topic, int count, String handleMillis, String stopSeconds, int turns)
            throws Exception {
        List<Integer> all = new ArrayList<>();
        for (int i = 1; i <= turns; i++) {
            int turn = i;
            boolean last = turn == turns;
            ChildJvm app = start(topic, handleMillis, stopSeconds);
            int atLeast = last ? count - all.size() : count / turns / 2;
            await().atMost(ofSeconds(90))
                    .untilAsserted(() -> assertThat(handled(app).size())
                            .as("handled by consumer %s of %s, the others %s", turn, turns, all.size())
                            .isGreaterThanOrEqualTo(atLeast));
            app.signal("TERM");
            ExitAssert exit = assertThat(app.awaitExit()).hasExitCode(0);
            if (last) { // in the midst of a poll of 30 s
                exit.tookBetween(ZERO, ofSeconds(15));
            }
            all.addAll(handled(app));
            assertMembers(topic, 0);
        }
        return all;
    }

    @Test
    @DisplayName("under load, TERM after TERM, every record is handled exactly once")
    void noRecordIsLostAndNoneHandledTwice() throws Exception {
        createTopic("load", 4);
        CompletableFuture<Void> producing = produce("load", 2_000);
        List<Integer> handled = consumeInTurns("load", 2_000, "1", LONG_ENOUGH, 2);
        producing.join();
        assertThat(handled)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 2_000).boxed().toList());
    }

    @Test
    @DisplayName(
            "a second consumer joins under load, the first ends by TERM: partitions move twice, no record is lost or repeated")
    void partitionsMoveWithoutLossAndWithoutRepetition() throws Exception {
        createTopic("shared", 4);
        CompletableFuture<Void> producing = produce("shared", 8_000);
        ChildJvm first = start("shared", "1", LONG_ENOUGH);
        await().atMost(ofSeconds(60)).until(() -> handled(first).size() >= 200);
        ChildJvm second = start("shared", "1", LONG_ENOUGH);
        await().atMost(ofSeconds(60)).until(() -> handled(second).size() >= 200);
        first.signal("TERM");
        assertThat(first.awaitExit()).hasExitCode(0);
        int rest = 8_000 - handled(first).size();
        assertMembers("shared", 1);
        await().atMost(ofSeconds(90)).until(() -> handled(second).size() >= rest);
        producing.join();
        second.signal("TERM");
        assertThat(second.awaitExit()).hasExitCode(0);
        List<Integer> handled = new ArrayList<>(handled(first));
        handled.addAll(handled(second));
        assertThat(handled)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 8_000).boxed().toList());
    }

    @Test
    @DisplayName("a batch that takes longer than the time to stop is interrupted, and what is handled is committed")
    void interruptedBatchIsCommittedUpToTheRecordInHand() throws Exception {
        createTopic("slow", 1); // one batch has them all
        produce("slow", 40).join();
        List<Integer> handled = new ArrayList<>();
        // The last of these 5 s is left to it after the interrupt: to commit, and to leave its group.
        ChildJvm app = start("slow", "500", "5");
        await().atMost(ofSeconds(60)).until(() -> handled(app).size() >= 3);
        app.signal("TERM");
        assertThat(app.awaitExit())
                .hasExitCode(1) // the report says what was too long
                .tookBetween(ofSeconds(4), ofSeconds(20))
                .printed("ended only when it was interrupted");
        handled.addAll(handled(app));
        assertMembers("slow", 0);
        assertThat(handled).hasSizeLessThan(40);
        handled.addAll(consumeInTurns("slow", 40 - handled.size(), "1", LONG_ENOUGH, 1));
        assertThat(handled)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).boxed().toList());
    }
}
