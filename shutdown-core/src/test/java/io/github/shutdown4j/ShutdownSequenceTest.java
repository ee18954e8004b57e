package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.trigger.ShutdownReason;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ShutdownSequenceTest {

    private final FakeTicker ticker = new FakeTicker();
    private Duration stallOfDrain = ofSeconds(5);

    /** As if SIGSTOP stopped the process at the worst moment. */
    private final ShutdownListener stall = new ShutdownListener() {
        @Override
        public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
            if (phase == ShutdownPhase.DRAIN) {
                ticker.advance(stallOfDrain);
            }
        }
    };

    @Test // scenario 51
    @Timeout(180) // without a fixed end the drain would restart its limit, and this clock does not advance
    void aStallAtTheBeginningOfAPhaseIsPartOfItsTime() {
        ShutdownReport report = runWithUnfinishedRequest(
                ShutdownConfig.builder().timeout(ofSeconds(3)).build());
        assertThat(report.elapsed()).isEqualTo(ofSeconds(5));
        assertThat(report.isClean()).isFalse();
    }

    /** Otherwise a process that was stopped beyond its deadline would leave everything open. */
    @Test
    void aStopOfTheProcessBeyondTheDeadlineDoesNotUseTheReservesOfLaterPhases() throws Exception {
        stallOfDrain = Duration.ZERO;
        ShutdownConfig config = ShutdownConfig.builder().timeout(ofSeconds(30)).build();
        FutureTask<ShutdownReport> ended = Background.onThread(() -> runWithUnfinishedRequest(config));
        ticker.awaitSleepers(1); // the drain
        ticker.advance(ofSeconds(300));
        ShutdownReport report = ended.get();
        assertThat(budgetOf(report, ShutdownPhase.RELEASE)).isEqualTo(ofSeconds(3));
        assertThat(report.elapsed()).isEqualTo(ofSeconds(300));
    }

    @Test
    void aPhaseThatEndsALittleLateIsNoStopOfTheProcess() throws Exception {
        stallOfDrain = Duration.ZERO;
        ShutdownConfig config = ShutdownConfig.builder()
                .timeout(ofSeconds(30))
                .drainTimeout(ofSeconds(30))
                .build();
        FutureTask<ShutdownReport> ended = Background.onThread(() -> runWithUnfinishedRequest(config));
        ticker.awaitSleepers(1); // the drain, which leaves three seconds to the release
        ticker.advance(Duration.ofMillis(27_500));
        assertThat(budgetOf(ended.get(), ShutdownPhase.RELEASE)).isEqualTo(Duration.ofMillis(2_500));
    }

    @Test
    void aStopOfTheProcessWhichLeavesNoReserveToRestoreIsNotLogged() {
        stallOfDrain = Duration.ZERO;
        ResourceManager resources = ticker.keptBy(() -> ResourceManager.withTimeout(ofSeconds(1)));
        resources.register(Resource.of("r", () -> ticker.advance(ofSeconds(300)))); // and no state is to be saved
        try (CapturedLogs logs = CapturedLogs.open()) {
            ShutdownReport report = run(ShutdownConfig.defaults(), List.of(), resources, ShutdownLog.written());
            ShutdownLog.awaitWritten(ofSeconds(60));
            assertThat(report.elapsed()).isEqualTo(ofSeconds(300));
            assertThat(report.phases())
                    .as("also the one after the deadline")
                    .extracting(PhaseReport::phase)
                    .containsExactly(ShutdownPhase.values());
            assertThat(logs.texts(Level.WARN)).noneMatch(line -> line.contains("the process was stopped"));
        }
    }

    @Test
    void aBrokenSequenceReportsItsTimeOnTheMonotonicClock() {
        stallOfDrain = Duration.ZERO;
        ShutdownSequence sequence = sequence(
                ShutdownConfig.defaults(),
                List.of(),
                ticker.keptBy(() -> ResourceManager.withTimeout(ofSeconds(1))),
                ShutdownLog.silent());
        ticker.advance(ofSeconds(3));
        ShutdownReport report = sequence.brokenReport(new ShutdownReason.Requested("test"), Instant.EPOCH, () -> false);
        assertThat(report.elapsed()).isEqualTo(ofSeconds(3));
        assertThat(report.exitCode()).isEqualTo(1);
    }

    @Test
    void anInterruptThatDisturbsNoPhaseIsLoggedAndEndsWithIt() {
        stallOfDrain = Duration.ZERO;
        ResourceManager none = ticker.keptBy(() -> ResourceManager.withTimeout(ofSeconds(1)));
        try (CapturedLogs logs = CapturedLogs.open()) {
            Thread.currentThread().interrupt();
            ShutdownReport report = run(ShutdownConfig.defaults(), List.of(), none, ShutdownLog.written());
            assertThat(Thread.interrupted()).isFalse();
            assertThat(report.isClean()).isTrue();
            ShutdownLog.awaitWritten(ofSeconds(60));
            assertThat(logs.texts(Level.WARN)).containsExactly("Shutdown: interrupted in phase announce, continuing");
        }
    }

    private static Duration budgetOf(ShutdownReport report, ShutdownPhase phase) {
        return report.phases().stream()
                .filter(found -> found.phase() == phase)
                .findFirst()
                .orElseThrow()
                .budget();
    }

    private ShutdownReport runWithUnfinishedRequest(ShutdownConfig config) {
        ConnectionTracker requests = ticker.keptBy(() -> ConnectionTracker.create("requests"));
        try (ConnectionGuard held = requests.acquire()) {
            ResourceManager none = ticker.keptBy(() -> ResourceManager.withTimeout(ofSeconds(1)));
            return run(config, List.of(requests), none, ShutdownLog.silent());
        }
    }

    private ShutdownReport run(
            ShutdownConfig config, List<ConnectionTracker> trackers, ResourceManager resources, ShutdownLog log) {
        return sequence(config, trackers, resources, log)
                .run(
                        new ShutdownReason.Requested("test"),
                        Instant.EPOCH,
                        Deadline.after(ticker, config.timeout()),
                        () -> false);
    }

    private ShutdownSequence sequence(
            ShutdownConfig config, List<ConnectionTracker> trackers, ResourceManager resources, ShutdownLog log) {
        CoordinatorComponents parts = new CoordinatorComponents(
                new LiveConfig(config),
                ticker.keptBy(() -> ServiceGroup.builder().build()),
                trackers,
                resources,
                List.of(),
                List.of(),
                Reloader.create(),
                ExitMode.EMBEDDED,
                false,
                ticker,
                ProcessExit.jvm());
        PhaseProgressMonitor watch = new PhaseProgressMonitor(ticker, ofSeconds(5), (phase, unfinished, left) -> {});
        ListenerDispatcher listeners = new ListenerDispatcher(List.of(stall), ticker);
        return new ShutdownSequence(parts, log, watch, listeners, new Readiness(ticker));
    }

    @Test
    void failureToTellOfAPhaseKeepsNoPhaseFromRunning() {
        FailingTicker broken = new FailingTicker();
        AtomicBoolean released = new AtomicBoolean();
        ResourceManager resources = ResourceManager.withTimeout(ofSeconds(60));
        resources.register(Resource.of("r", () -> released.set(true)));
        ConnectionTracker requests = ConnectionTracker.create("requests");
        CoordinatorComponents parts = new CoordinatorComponents(
                new LiveConfig(ShutdownConfig.defaults()),
                ServiceGroup.builder().build(),
                List.of(requests),
                resources,
                List.of(),
                List.of(),
                Reloader.create(),
                ExitMode.EMBEDDED,
                false,
                Ticker.system(),
                ProcessExit.jvm());
        PhaseProgressMonitor progress = new PhaseProgressMonitor(broken, ofSeconds(5), (phase, unfinished, left) -> {});
        ShutdownSequence sequence = new ShutdownSequence(
                parts,
                ShutdownLog.silent(),
                progress,
                new ListenerDispatcher(List.of(), Ticker.system()),
                new Readiness(Ticker.system()));
        broken.failAt(Thread.currentThread().getName(), 1);
        assertThatThrownBy(() -> sequence.run(
                        new ShutdownReason.Requested("test"),
                        Instant.EPOCH,
                        Deadline.after(Ticker.system(), ofSeconds(60)),
                        () -> false))
                .hasRootCauseInstanceOf(InternalError.class); // the lifecycle reports it with exit code 1
        assertThat(sequence.reports()).extracting(PhaseReport::phase).containsExactly(ShutdownPhase.values());
        assertThat(requests.isClosed()).isTrue();
        assertThat(released).isTrue();
    }
}
