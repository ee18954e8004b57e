package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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
    void allEventsAreSentOnceAndInOrder() {
        listen();
        listener.onWaiting(List.of("postgres", "redis"));
        listener.onWaiting(List.of("redis"));
        listener.onReady();
        listener.onReady();
        listener.onWaiting(List.of("late"));
        listener.onShutdown(TERM);
        listener.onShutdown(new ShutdownReason.Requested("twice"));
        listener.onPhaseStarted(ANNOUNCE, Duration.ZERO);
        listener.onPhaseStarted(STOP, TEN);
        listener.onProgress(STOP, 1, Duration.ofMillis(9_100));
        listener.onPhaseStarted(DRAIN, Duration.ofSeconds(12));
        listener.onProgress(DRAIN, 17, Duration.ofMillis(11_999));
        listener.onPhaseStarted(SAVE, TEN);
        listener.onProgress(SAVE, 1, Duration.ofSeconds(3));
        listener.onPhaseStarted(RELEASE, TEN);
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
    void timesOutOfBoundsAreRefusedAtOnceByTheNameOfTheOption() {
        SystemdListenerBuilder builder = builder(Map.of());
        Duration tooLong = Duration.ofDays(36_501);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.stopExtension(tooLong))
                .withMessageStartingWith("stopExtension must be at most 36500 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.startExtension(tooLong))
                .withMessageStartingWith("startExtension must be at most 36500 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.reloadExtension(tooLong))
                .withMessageStartingWith("reloadExtension must be at most 36500 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.stopExtensionCap(Duration.ZERO))
                .withMessageStartingWith("stopExtensionCap must be more than zero");
    }

    @Test
    void statusIsSentAtMostFourTimesASecond() {
        listen();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        for (int unfinished = 1000; unfinished > 0; unfinished--) {
            listener.onProgress(DRAIN, unfinished, TEN);
            ticker.advance(Duration.ofMillis(1));
        }
        assertThat(socket.texts().stream().filter(t -> t.startsWith("STATUS=draining")))
                .hasSize(4);
    }

    @Test
    void aSlowStartRequestsTimeIfConfigured() {
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
                .containsExactly("STATUS=ended cleanly in 1.2 s, exit code unchanged: received SIGTERM");
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
        listener.onPhaseStarted(DRAIN, TEN);
        listener.onProgress(DRAIN, 1, TEN);
        listener.onFinished(report(0, List.of()));
        assertThat(socket.texts()).isEmpty();
        assertThat(logs.lines()).isEmpty();
        // Threads of earlier tests may still be ending.
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("shutdown4j-systemd")));
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
