package io.github.shutdown4j.examples.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;
import io.github.shutdown4j.testing.ExitAssert;

import static io.github.shutdown4j.examples.kafka.KafkaBroker.assertMembers;
import static io.github.shutdown4j.examples.kafka.KafkaBroker.createTopic;
import static io.github.shutdown4j.examples.kafka.KafkaBroker.handled;
import static io.github.shutdown4j.examples.kafka.KafkaBroker.produce;
import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** With a real broker, in the JVM of the test. */
@Timeout(600)
@ExtendWith(KafkaBroker.class)
class KafkaServiceTest {

    /** Seconds to stop: enough for a batch of 500, whose pauses of 1 ms take many times that on a loaded machine. */
    private static final String LONG_ENOUGH = "25";

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private ChildJvm start(String topic, String handleMillis, String stopSeconds) throws Exception {
        return KafkaBroker.client("consumer", topic, directory, jvms)
                .env("HANDLE_MS", handleMillis)
                .env("APP_SHUTDOWN_STOP_TIMEOUT_SECS", stopSeconds)
                .start();
    }

    /**
     * Lets each consumer in turn process some records and end by TERM; the last one finishes, and is idle at its end.
     */
    private List<Integer> consumeInTurns(String topic, int count, String handleMillis, String stopSeconds, int turns)
            throws Exception {
        List<Integer> all = new ArrayList<>();
        for (int i = 1; i <= turns; i++) {
            int turn = i;
            boolean last = turn == turns;
            ChildJvm app = start(topic, handleMillis, stopSeconds);
            int atLeast = last ? count - all.size() : count / turns / 2;
            await().atMost(ofSeconds(150))
                    .untilAsserted(() -> assertThat(handled(app).size())
                            .as("handled by consumer %s of %s, the others %s", turn, turns, all.size())
                            .isGreaterThanOrEqualTo(atLeast));
            app.signal("TERM");
            ExitAssert exit = assertThat(app.awaitExit()).hasExitCode(0);
            if (last) { // during a poll of 30 s
                exit.tookBetween(ZERO, ofSeconds(25));
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
        CompletableFuture<Integer> producing = produce("load", 2_000);
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
        AtomicBoolean moved = new AtomicBoolean(); // a second consumer may need long to join
        CompletableFuture<Integer> producing = produce("shared", 8_000, moved::get);
        ChildJvm first = start("shared", "1", LONG_ENOUGH);
        await().atMost(ofSeconds(120)).until(() -> handled(first).size() >= 200);
        ChildJvm second = start("shared", "1", LONG_ENOUGH);
        await().atMost(ofSeconds(120)).until(() -> handled(second).size() >= 200);
        first.signal("TERM");
        assertThat(first.awaitExit()).hasExitCode(0);
        moved.set(true);
        int count = producing.join();
        int rest = count - handled(first).size();
        assertMembers("shared", 1);
        await().atMost(ofSeconds(150)).until(() -> handled(second).size() >= rest);
        second.signal("TERM");
        assertThat(second.awaitExit()).hasExitCode(0);
        List<Integer> handled = new ArrayList<>(handled(first));
        handled.addAll(handled(second));
        assertThat(handled)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, count).boxed().toList());
    }

    @Test
    @DisplayName("a batch that takes longer than the time to stop is interrupted, and what is handled is committed")
    void interruptedBatchIsCommittedUpToTheRecordInFlight() throws Exception {
        AtomicInteger attempt = new AtomicInteger();
        Attempts.upToThree(() -> interruptBatch("slow-" + attempt.incrementAndGet()));
    }

    /** The second after the interrupt, to commit and to leave the group, can be too short on a machine that is stalled. */
    private void interruptBatch(String topic) throws Exception {
        createTopic(topic, 1); // one batch has them all
        produce(topic, 40).join();
        List<Integer> handled = new ArrayList<>();
        ChildJvm app = start(topic, "500", "5");
        await().atMost(ofSeconds(120)).until(() -> handled(app).size() >= 3);
        app.signal("TERM");
        Attempts.inTime(() -> {
            assertThat(app.awaitExit())
                    .hasExitCode(1) // the report names the step that took too long
                    .tookBetween(ofSeconds(4), ofSeconds(40))
                    .printed("ended only when it was interrupted");
            assertMembers(topic, 0);
        });
        handled.addAll(handled(app));
        assertThat(handled).hasSizeLessThan(40);
        handled.addAll(consumeInTurns(topic, 40 - handled.size(), "1", LONG_ENOUGH, 1));
        assertThat(handled)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).boxed().toList());
    }
}
