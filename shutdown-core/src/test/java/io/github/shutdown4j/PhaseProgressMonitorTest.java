package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.FakeTicker;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class PhaseProgressMonitorTest {

    private static final String NEW_LINE = System.lineSeparator();

    private final FakeTicker ticker = new FakeTicker();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private final PhaseProgressMonitor watch = new PhaseProgressMonitor(
            ticker,
            ofSeconds(5),
            (phase, unfinished, left) -> progress.add(phase + " " + unfinished + " " + left.toMillis()));
    private final CapturedLogs logs = CapturedLogs.open();

    /** This many pieces of work, of which the first {@code named} have details. */
    private static class Work implements UnfinishedWork.Source {
        final AtomicLong count;
        final int named;

        Work(long count, int named) {
            this.count = new AtomicLong(count);
            this.named = named;
        }

        @Override
        public long unfinishedCount() {
            return count.get();
        }

        @Override
        public List<UnfinishedWork> unfinished(int limit) {
            return IntStream.range(0, (int) Math.min(Math.min(named, limit), count.get()))
                    .mapToObj(i -> UnfinishedWork.of("guard " + i, ofSeconds(i + 1), Thread.currentThread()))
                    .toList();
        }
    }

    @BeforeEach
    void startWatch() {
        watch.start();
    }

    @AfterEach
    void end() {
        watch.close();
        logs.close();
    }

    private void begin(UnfinishedWork.Source... work) {
        watch.begin(ShutdownPhase.DRAIN, ofSeconds(20), List.of(work));
        ticker.awaitSleepers(1);
    }

    /** Advances the clock second by second, and lets the monitor check at each. */
    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            long before = ticker.waits();
            ticker.advance(ofSeconds(1));
            await().pollInterval(ofMillis(1)).until(() -> ticker.waits() > before);
        }
    }

    private List<String> progressLines() {
        return logs.texts(Level.INFO);
    }

    @Test
    void logsALineEveryInterval() {
        begin(new Work(3, 0));
        pass(4);
        assertThat(progressLines()).isEmpty();
        pass(1);
        assertThat(progressLines()).containsExactly("Shutdown: phase drain: 3 unfinished; the phase has 15 s left");
        pass(5);
        assertThat(progressLines())
                .containsExactly(
                        "Shutdown: phase drain: 3 unfinished; the phase has 15 s left",
                        "Shutdown: phase drain: 3 unfinished; the phase has 10 s left");
    }

    @Test
    void aPhaseWithNothingToDoIsNotReported() {
        watch.begin(ShutdownPhase.SAVE, Duration.ZERO, List.of());
        await().until(this::watchWaits);
        begin(new Work(3, 0));
        pass(1);
        assertThat(progress).containsExactly("DRAIN 3 19000");
    }

    @Test
    void aPhaseThatHasEndedIsNeitherCountedNorReported() {
        AtomicLong counted = new AtomicLong();
        begin(new Work(3, 0) {
            @Override
            public long unfinishedCount() {
                counted.incrementAndGet();
                return super.unfinishedCount();
            }
        });
        long before = ticker.waits();
        watch.begin(ShutdownPhase.RELEASE, ofSeconds(20), List.of(new Work(1, 0)));
        await().until(() -> ticker.waits() > before);
        pass(1);
        assertThat(counted).hasValue(0);
        assertThat(progress).containsExactly("RELEASE 1 19000");
    }

    private boolean watchWaits() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shutdown4j-progress"))
                .allMatch(thread -> thread.getState() == Thread.State.WAITING);
    }

    @Test
    void warnsAtHalfOfTheBudgetExactlyOnceAndNamesTenOfThem() {
        begin(new Work(13, 13));
        pass(9);
        assertThat(logs.texts(Level.WARN)).isEmpty();
        pass(10);
        String warning = logs.texts(Level.WARN).get(0);
        assertThat(logs.texts(Level.WARN)).hasSize(1);
        assertThat(warning)
                .startsWith("Shutdown: half of the time for phase drain is over, 13 unfinished:" + NEW_LINE)
                .contains("guard 0, for 1 s, on thread \"shutdown4j-progress\"")
                .contains("        at " + PhaseProgressMonitorTest.class.getName())
                .endsWith(NEW_LINE + "    and 3 more");
        assertThat(warning.split("guard \\d", -1)).hasSize(11);
        assertThat(warning.indexOf("guard 9")).as("oldest first").isLessThan(warning.indexOf("guard 0"));
    }

    @Test
    void workOfSeveralBlocksIsCountedTogether() {
        begin(new Work(2, 2), new Work(3, 0));
        pass(10);
        assertThat(logs.texts(Level.WARN))
                .singleElement()
                .asString()
                .contains("5 unfinished", "guard 0", "guard 1")
                .endsWith("and 3 more");
    }

    @Test
    void doesNotWarnWhenNothingIsUnfinished() {
        begin(new Work(0, 0));
        pass(15);
        assertThat(logs.texts(Level.WARN)).isEmpty();
        assertThat(progressLines()).hasSize(3);
    }

    @Test
    void listenerIsNotifiedWhenTheCountChangesAndAtEveryLine() {
        Work work = new Work(3, 0);
        begin(work);
        pass(2);
        assertThat(progress).containsExactly("DRAIN 3 19000");
        work.count.set(2);
        pass(1);
        assertThat(progress).containsExactly("DRAIN 3 19000", "DRAIN 2 17000");
        pass(2); // the line after 5 s
        assertThat(progress).containsExactly("DRAIN 3 19000", "DRAIN 2 17000", "DRAIN 2 15000");
    }

    @Test
    void thereIsNoBeatBetweenPhases() {
        begin(new Work(1, 1));
        watch.end();
        await().until(() -> ticker.sleepers() == 0);
        ticker.advance(ofSeconds(60));
        assertThat(ticker.sleepers()).isZero();
        assertThat(progress).isEmpty();
        assertThat(logs.lines()).isEmpty();
        assertThat(watch.describeUnfinished()).isEmpty();
        begin(new Work(4, 0));
        pass(1);
        assertThat(progress).containsExactly("DRAIN 4 19000");
    }

    @Test
    void nextPhaseBeginsAfresh() {
        begin(new Work(1, 1));
        pass(12);
        long before = ticker.waits();
        watch.begin(ShutdownPhase.RELEASE, ofSeconds(4), List.of(new Work(2, 2)));
        await().pollInterval(ofMillis(1)).until(() -> ticker.waits() > before);
        assertThat(watch.phase()).hasValue(ShutdownPhase.RELEASE);
        pass(2);
        assertThat(logs.texts(Level.WARN)).hasSize(2);
        assertThat(logs.texts(Level.WARN).get(1)).contains("half of the time for phase release is over, 2 unfinished");
    }

    @Test
    void threadEndsAtTheClose() {
        begin(new Work(1, 1));
        assertThat(watch.isClosed()).isFalse();
        watch.close();
        assertThat(watch.isClosed()).isTrue();
        await().until(() -> ticker.sleepers() == 0);
        ticker.advance(ofSeconds(60));
        assertThat(progress).isEmpty();
    }

    @Test
    void brokenLoggerAndBrokenWorkDoNotEndTheWatch() {
        UnfinishedWork.Source broken = new UnfinishedWork.Source() {
            private int asked;

            @Override
            public long unfinishedCount() {
                if (asked++ == 0) {
                    throw new IllegalStateException("cannot count");
                }
                return 7;
            }

            @Override
            public List<UnfinishedWork> unfinished(int limit) {
                return List.of();
            }
        };
        try (CapturedLogs failing = CapturedLogs.failing()) {
            begin(broken);
            pass(12);
            assertThat(failing.texts(Level.WARN)).hasSize(1);
            assertThat(failing.texts(Level.INFO)).hasSize(2);
        }
        assertThat(progress).contains("DRAIN 7 18000");
    }

    @Test
    void tellsNothingOfAPhaseThatEndedWhileItsWorkWasCounted() {
        begin(new Work(0, 0) {
            @Override
            public long unfinishedCount() {
                watch.end();
                watch.begin(ShutdownPhase.RELEASE, ofSeconds(20), List.of(new Work(7, 0)));
                return 0;
            }
        });
        pass(2);
        assertThat(progress).containsExactly("RELEASE 7 19000");
    }

    @Test
    void describesWhatHasNoDetails() {
        assertThat(PhaseProgressMonitor.describe(0, List.of())).isEmpty();
        assertThat(PhaseProgressMonitor.describe(4, List.of())).isEqualTo(NEW_LINE + "    4 without details");
        UnfinishedWork one = UnfinishedWork.of("GET /", Duration.ofMillis(1_500), null);
        assertThat(PhaseProgressMonitor.describe(1, List.of(one))).isEqualTo(NEW_LINE + "    GET /, for 1.5 s");
        assertThat(PhaseProgressMonitor.describe(3, List.of(one)))
                .isEqualTo(NEW_LINE + "    GET /, for 1.5 s" + NEW_LINE + "    and 2 more");
    }

    @Test
    void waitThatFailsDoesNotEndTheMonitor() {
        FailingTicker failing = new FailingTicker();
        PhaseProgressMonitor monitor = new PhaseProgressMonitor(
                failing, ofSeconds(5), (phase, unfinished, left) -> progress.add(phase + " " + unfinished));
        failing.failNextWaitOf("shutdown4j-progress");
        monitor.start();
        Work work = new Work(2, 0);
        monitor.begin(ShutdownPhase.DRAIN, ofSeconds(20), List.of(work));
        await().until(failing::waitHasFailed);
        work.count.set(1);
        await().until(() -> progress.contains("DRAIN 1"));
        monitor.close();
    }
}
