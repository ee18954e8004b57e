package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

import static io.github.shutdown4j.report.ShutdownPhase.ANNOUNCE;
import static io.github.shutdown4j.report.ShutdownPhase.DRAIN;
import static io.github.shutdown4j.report.ShutdownPhase.RELEASE;
import static io.github.shutdown4j.report.ShutdownPhase.SAVE;
import static io.github.shutdown4j.report.ShutdownPhase.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SystemdListenerTest extends SystemdListenerFixture {

    @Test // scenarios 78 and 79
    void aWholeLifeIsToldOnceAndInOrder() {
        listen();
        listener.onWaiting(List.of("postgres", "redis"));
        listener.onWaiting(List.of("redis"));
        listener.onReady();
        listener.onReady();
        listener.onWaiting(List.of("late"));
        listener.onShutdown(TERM);
        listener.onShutdown(new ShutdownReason.Requested("twice"));
        listener.onPhase(ANNOUNCE, Duration.ZERO);
        listener.onPhase(STOP, TEN);
        listener.onProgress(STOP, 1, Duration.ofMillis(9_100));
        listener.onPhase(DRAIN, Duration.ofSeconds(12));
        listener.onProgress(DRAIN, 17, Duration.ofMillis(11_999));
        listener.onPhase(SAVE, TEN);
        listener.onProgress(SAVE, 1, Duration.ofSeconds(3));
        listener.onPhase(RELEASE, TEN);
        listener.onProgress(RELEASE, 2, Duration.ofMinutes(12));
        listener.onFinished(report(0, List.of()));
        assertThat(socket.texts())
                .containsExactly(
                        "STATUS=waiting for postgres, redis",
                        "STATUS=waiting for redis",
                        "READY=1\nSTATUS=running",
                        "STOPPING=1\nEXTEND_TIMEOUT_USEC=3000000\nSTATUS=shutting down: received SIGTERM",
                        "STATUS=stopping 1 service, 10 s left",
                        "STATUS=draining 17 requests, 12 s left",
                        "STATUS=saving the state, 3 s left",
                        "STATUS=releasing 2 resources, 12 min left",
                        "EXTEND_TIMEOUT_USEC=3000000\n"
                                + "STATUS=ended cleanly in 1.2 s, exit code 0: received SIGTERM");
        assertThat(logs.texts(Level.WARN)).isEmpty();
    }

    @Test // scenario 78
    void aStartThatFailsIsNeverReady() {
        listen();
        listener.onShutdown(new ShutdownReason.ServiceFailed("http", new IllegalStateException("port taken")));
        listener.onReady();
        assertThat(socket.texts())
                .containsExactly("STOPPING=1\nEXTEND_TIMEOUT_USEC=3000000\nSTATUS=shutting down: service 'http' failed:"
                        + " java.lang.IllegalStateException: port taken");
    }

    @Test
    void anOrderlyEndBecauseOfAFailureIsNotCalledClean() {
        listen();
        var uncaught = new ShutdownReason.UncaughtException("main", new IllegalStateException("no disk"));
        listener.onFinished(new ShutdownReport(uncaught, Instant.EPOCH, Duration.ofMillis(1200), 1, List.of()));
        assertThat(socket.texts())
                .last()
                .asString()
                .contains("STATUS=ended in order because of a failure in 1.2 s, exit code 1: uncaught exception");
    }

    @Test
    void aFirstRequestThatWasNotSentIsMadeAgain() {
        listen();
        listener.onReady();
        socket.refuse(text -> text.contains("STOPPING"));
        listener.onShutdown(TERM);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(1);
    }

    @Test
    void timesThatNoMessageCarriesAreRefusedAtOnceByTheNameOfTheOption() {
        SystemdListenerBuilder builder = builder(Map.of());
        Duration tooLong = Duration.ofDays(36_501);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.extension(tooLong))
                .withMessageStartingWith("extension must be at most 36500 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.startExtension(tooLong))
                .withMessageStartingWith("startExtension must be at most 36500 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.reloadExtension(tooLong))
                .withMessageStartingWith("reloadExtension must be at most 36500 days");
    }

    @Test
    void statusIsSentAtMostFourTimesASecond() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhase(DRAIN, TEN);
        for (int unfinished = 1000; unfinished > 0; unfinished--) {
            listener.onProgress(DRAIN, unfinished, TEN);
            ticker.advance(Duration.ofMillis(1));
        }
        assertThat(socket.texts().stream().filter(t -> t.startsWith("STATUS=draining")))
                .hasSize(4);
    }

    @Test // scenario 81
    void timeIsAskedForAtHalfOfTheLastRequestWhileTheCountFalls() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhase(DRAIN, TEN);
        ticker.advance(Duration.ofMillis(10));
        long unfinished = 100;
        for (int ms = 0; ms < 8000; ms += 100) {
            listener.onProgress(DRAIN, unfinished--, TEN);
            ticker.advance(Duration.ofMillis(100));
            if (ms % 1500 == 1400) {
                awaitExtensions(1 + ms / 1500 + 1);
            }
        }
        List<RecordingSocket.Sent> extensions = extensions();
        for (int i = 1; i < extensions.size(); i++) {
            long gap = extensions.get(i).nanos() - extensions.get(i - 1).nanos();
            assertThat(Duration.ofNanos(gap)).isBetween(Duration.ofMillis(1400), Duration.ofMillis(1800));
        }
        assertThat(extensions).hasSizeBetween(5, 7);
    }

    @Test // scenario 81
    void noTimeIsAskedForWhileNothingEnds() throws Exception {
        listen();
        listener.onShutdown(TERM);
        listener.onPhase(DRAIN, TEN);
        for (int i = 0; i < 20; i++) {
            listener.onProgress(DRAIN, 5, TEN);
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(ticker.sleepers()).isZero();
        assertThat(extensions()).hasSize(1);
        listener.onProgress(DRAIN, 4, TEN);
        awaitExtensions(2);
        listener.onStep(DRAIN, StepResult.done("tracker", Duration.ZERO, Duration.ZERO, ""));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(3);
    }

    @Test // a count that rises and falls again is no progress
    void onlyLessThanEverCounts() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhase(DRAIN, TEN);
        ticker.advance(Duration.ofSeconds(2));
        for (long unfinished : new long[] {5, 6, 5, 7, 5}) {
            listener.onProgress(DRAIN, unfinished, TEN);
        }
        listener.onProgress(DRAIN, 4, TEN);
        awaitExtensions(2);
        assertThat(socket.texts().get(socket.texts().size() - 1)).startsWith("EXTEND");
    }

    @Test // on a busy machine, what is said of a phase is heard when the next one has begun
    void aLateWordAboutAnEarlierPhaseDoesNotHideTheProgressOfThisOne() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhase(STOP, TEN);
        listener.onPhase(DRAIN, TEN);
        listener.onProgress(STOP, 0, Duration.ZERO);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(2); // for the new phase
        listener.onProgress(DRAIN, 5, TEN);
        listener.onProgress(DRAIN, 4, TEN);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(3);
        assertThat(socket.texts()).noneMatch(text -> text.startsWith("STATUS=stopping"));
    }

    @Test
    void aNewPhaseIsProgress() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhase(STOP, TEN);
        ticker.advance(Duration.ofSeconds(2));
        listener.onPhase(DRAIN, TEN);
        awaitExtensions(2);
    }

    @Test // scenario 82
    void noTimeIsAskedForBeyondTheCap() {
        listener = builder(Map.of()).extensionCap(Duration.ofSeconds(5)).build();
        listener.onShutdown(TERM);
        listener.onPhase(DRAIN, TEN);
        listener.onProgress(DRAIN, 100, TEN);
        for (int i = 1; i <= 4; i++) {
            listener.onProgress(DRAIN, 100 - i, TEN);
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofMillis(1500));
            if (i < 4) {
                awaitExtensions(i + 1);
            }
        }
        Awaitility.await().until(() -> logs.texts(Level.INFO).stream().anyMatch(t -> t.contains("no more time")));
        assertThat(extensions().stream().map(RecordingSocket.Sent::text).map(SystemdListenerTest::microsAsked))
                .containsExactly(3_000_000L, 3_000_000L, 2_000_000L, 500_000L);
        listener.onFinished(report(0, List.of()));
        assertThat(extensions()).hasSize(4);
    }

    @Test
    void aRequestThatWasNotSentIsMadeAgain() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhase(DRAIN, TEN);
        AtomicInteger refusals = new AtomicInteger();
        socket.refuse(text -> refusals.incrementAndGet() == 1);
        listener.onPhase(SAVE, TEN);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        Awaitility.await().until(() -> refusals.get() == 1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(2);
    }

    @Test
    void neitherAnInterruptNorARequestThatBreaksEndsTheRequests() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhase(DRAIN, TEN);
        AtomicInteger requests = new AtomicInteger();
        socket.refuse(text -> {
            if (requests.incrementAndGet() == 1) {
                throw new InternalError("on purpose");
            }
            return false;
        });
        listener.onPhase(SAVE, TEN);
        ticker.awaitSleepers(1);
        long waits = ticker.waits();
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shutdown4j-systemd-extend"))
                .forEach(Thread::interrupt);
        Awaitility.await().until(() -> ticker.waits() > waits);
        ticker.advance(Duration.ofMillis(1500));
        Awaitility.await().until(() -> requests.get() == 1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        awaitExtensions(2);
    }

    @Test
    void aSlowStartAsksForTimeIfToldTo() {
        listener = builder(Map.of()).startExtension(TEN).build();
        listener.onWaiting(List.of("a", "b"));
        listener.onWaiting(List.of("a", "b"));
        listener.onWaiting(List.of("b"));
        listener.onWaiting(List.of());
        listener.onReady();
        assertThat(socket.texts())
                .containsExactly(
                        "EXTEND_TIMEOUT_USEC=10000000\nSTATUS=waiting for a, b",
                        "STATUS=waiting for a, b",
                        "EXTEND_TIMEOUT_USEC=10000000\nSTATUS=waiting for b",
                        "EXTEND_TIMEOUT_USEC=10000000\nSTATUS=starting",
                        "READY=1\nSTATUS=running");
    }

    @Test
    void theLastStatusTellsHowItEnded() {
        listen();
        List<StepResult> steps = List.of(
                StepResult.timedOut("http", Duration.ZERO, TEN, "", List.of()),
                StepResult.failed("db", Duration.ZERO, TEN, new IllegalStateException("gone\nSTATUS=fake")),
                StepResult.done("file", Duration.ZERO, TEN, ""),
                StepResult.skipped("cache", Duration.ZERO, "no time"),
                StepResult.skipped("pool", Duration.ZERO, "no time"));
        listener.onFinished(report(1, steps));
        assertThat(socket.texts())
                .containsExactly("STATUS=ended with problems in 1.2 s, exit code 1: received SIGTERM; http timed out"
                        + " after 10 s, db failed: java.lang.IllegalStateException: gone STATUS=fake, cache skipped,"
                        + " and 1 more");
    }

    @Test
    void theLastStatusNamesNoExitCodeThatWasDecidedElsewhere() {
        listen();
        listener.onFinished(new ShutdownReport(TERM, Instant.EPOCH, Duration.ofMillis(1200), 0, true, List.of()));
        assertThat(socket.texts())
                .containsExactly("STATUS=ended cleanly in 1.2 s, the exit code stays: received SIGTERM");
    }

    @Test
    void withoutSystemdNoThreadIsStarted() {
        listener = SystemdListener.builder()
                .environment(new SystemdEnvironment(Map.of(), 42, true), ticker)
                .notifier(SystemdNotifier.fromEnvironment(
                        new SystemdEnvironment(Map.of(), 42, true), ticker, address -> socket))
                .build();
        listener.onReady();
        listener.onShutdown(TERM);
        listener.onPhase(DRAIN, TEN);
        listener.onProgress(DRAIN, 1, TEN);
        listener.onFinished(report(0, List.of()));
        assertThat(socket.texts()).isEmpty();
        assertThat(logs.lines()).isEmpty();
        // Threads of earlier tests may still be on their way out.
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("shutdown4j-systemd")));
    }

    private List<RecordingSocket.Sent> extensions() {
        return socket.sent().stream().filter(s -> s.text().contains("EXTEND")).toList();
    }

    private void awaitExtensions(int count) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .until(() -> extensions().size() >= count);
    }

    private static long microsAsked(String text) {
        return text.lines()
                .filter(l -> l.startsWith("EXTEND"))
                .mapToLong(l -> Long.parseLong(l.substring(l.indexOf('=') + 1)))
                .sum();
    }

    private static ShutdownReport report(int exitCode, List<StepResult> steps) {
        return new ShutdownReport(
                TERM,
                Instant.EPOCH,
                Duration.ofMillis(1200),
                exitCode,
                List.of(new PhaseReport(DRAIN, Duration.ZERO, TEN, TEN, steps)));
    }
}
