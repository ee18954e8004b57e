package io.github.shutdown4j.examples.kafka;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.examples.kafka.KafkaBroker.assertMembers;
import static io.github.shutdown4j.examples.kafka.KafkaBroker.createTopic;
import static io.github.shutdown4j.examples.kafka.KafkaBroker.handled;
import static io.github.shutdown4j.examples.kafka.KafkaBroker.produce;
import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The other kinds of clients; the consumer is in {@link KafkaServiceTest}. */
@Timeout(600)
@ExtendWith(KafkaBroker.class)
class KafkaClientsTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private static void awaitHandled(ChildJvm app, int atLeast) {
        await().atMost(ofSeconds(120)).until(() -> handled(app).size() >= atLeast);
    }

    private static List<Integer> range(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void aShareConsumerGivesNothingBack() throws Exception {
        createTopic("shared-queue", 2);
        try (Admin admin = KafkaBroker.get().admin()) {
            var group = new ConfigResource(ConfigResource.Type.GROUP, "shared-queue");
            var earliest =
                    new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(group, List.of(earliest)))
                    .all()
                    .get();
        }
        produce("shared-queue", 400).join();
        ChildJvm first = KafkaBroker.client("share", "shared-queue", directory, jvms)
                .env("HANDLE_MS", "200")
                .start();
        // In the midst of a batch of 20, which takes more than a second longer. While a fetch is under way, the broker
        // counts its records as delivered.
        await().atMost(ofSeconds(120)).until(() -> {
            int count = handled(first).size();
            return count > 40 && count % 20 > 2 && count % 20 < 12;
        });
        first.signal("TERM");
        assertThat(first.awaitExit()).hasExitCode(0).didNotPrint("delivered again");
        List<Integer> all = new ArrayList<>(handled(first));
        assertThat(all.size()).as("stopped in the midst of it").isLessThan(400);

        ChildJvm second =
                KafkaBroker.client("share", "shared-queue", directory, jvms).start();
        awaitHandled(second, 400 - all.size());
        second.signal("TERM");
        assertThat(second.awaitExit()).hasExitCode(0).didNotPrint("delivered again");
        all.addAll(handled(second));
        assertThat(all).containsExactlyInAnyOrderElementsOf(range(400));
    }

    @Test
    void aStaticMemberKeepsItsPartitionsForItsSuccessorAndTheLastOneLeaves() throws Exception {
        createTopic("static", 2);
        produce("static", 200).join();
        ChildJvm first = KafkaBroker.client("static", "static", directory, jvms)
                .env("INSTANCE", "one")
                .env("HANDLE_MS", "5")
                .start();
        awaitHandled(first, 20);
        first.signal("TERM");
        assertThat(first.awaitExit()).hasExitCode(0);
        assertMembers("static", 1);

        produce("static", 100).join();
        int rest = 300 - handled(first).size();
        ChildJvm successor = KafkaBroker.client("static", "static", directory, jvms)
                .env("INSTANCE", "one")
                .env("LEAVE", "true")
                .start();
        // At once: not when the session of the first times out, after 45 s.
        await().atMost(ofSeconds(40)).until(() -> handled(successor).size() >= rest);
        successor.signal("TERM");
        assertThat(successor.awaitExit()).hasExitCode(0);
        assertMembers("static", 0);
        List<Integer> all = new ArrayList<>(handled(first));
        all.addAll(handled(successor));
        assertThat(all).hasSize(300).containsAll(range(200));
    }

    @Test
    void anInterruptedTransactionIsAbortedAndTheNextProcessDoesItsRecordsOnce() throws Exception {
        AtomicInteger attempt = new AtomicInteger();
        Attempts.upToThree(() -> interruptTransaction("transactions-" + attempt.incrementAndGet()));
    }

    /** The second after the interrupt, to abort and to close, can be too short on a machine that is stalled. */
    private void interruptTransaction(String topic) throws Exception {
        createTopic(topic, 1);
        createTopic(topic + "-transformed", 1);
        produce(topic, 60).join();
        ChildJvm interrupted = KafkaBroker.client("transform", topic, directory, jvms)
                .env("HANDLE_MS", "500")
                .env("APP_SHUTDOWN_STOP_TIMEOUT_SECS", "5")
                .start();
        awaitHandled(interrupted, 3);
        interrupted.signal("TERM");
        Attempts.inTime(() -> {
            assertThat(interrupted.awaitExit()).hasExitCode(1).printed("ended only when it was interrupted");
            assertThat(openTransactions()).isZero();
        });

        ChildJvm next = KafkaBroker.client("transform", topic, directory, jvms)
                .env("HANDLE_MS", "20")
                .start();
        awaitHandled(next, 30);
        next.signal("TERM"); // during the batch, which is finished
        assertThat(next.awaitExit()).hasExitCode(0);
        assertThat(openTransactions()).isZero();
        assertThat(committed(topic + "-transformed", 60)).isEqualTo(range(60));
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer", "share", "transform"})
    void aClientWhoseBrokerSaysNothingEnds(String kind) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(120_000);
            ChildJvm app = KafkaBroker.client(kind, "silence", directory, jvms)
                    .env("KAFKA", "localhost:" + silent.getLocalPort())
                    .start();
            try (Socket client = silent.accept()) {
                assertThat(client.getInputStream().read()).isNotNegative(); // the first byte of the first request
                app.signal("TERM");
                assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing();
            }
        }
    }

    private static int openTransactions() throws Exception {
        try (Admin admin = KafkaBroker.get().admin()) {
            return admin.listTransactions(new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
                    .all()
                    .get()
                    .size();
        }
    }

    /** The records that a reader of committed records sees once there are this many, and no more within a second. */
    private static List<Integer> committed(String topic, int count) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                KafkaBroker.get().bootstrapServers(),
                "group.id",
                "reader",
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed");
        List<Integer> values = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long until = System.nanoTime() + ofSeconds(120).toNanos();
            while (values.size() < count && System.nanoTime() < until) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(Integer.valueOf(record.value())));
            }
            consumer.poll(ofSeconds(1)).forEach(record -> values.add(Integer.valueOf(record.value())));
        }
        return values;
    }
}
