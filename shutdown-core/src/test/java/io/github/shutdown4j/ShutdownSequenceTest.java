package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.trigger.ShutdownReason;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class ShutdownSequenceTest {

    private final FakeTicker ticker = new FakeTicker();

    /** As if the process was stopped by SIGSTOP in the wrong moment. */
    private final ShutdownListener stall = new ShutdownListener() {
        @Override
        public void onPhase(ShutdownPhase phase, Duration budget) {
            if (phase == ShutdownPhase.DRAIN) {
                ticker.advance(ofSeconds(5));
            }
        }
    };

    @Test // scenario 51
    @Timeout(20) // without a fixed end the drain would begin its time anew, and this clock stands still
    void aStallAtTheBeginningOfAPhaseIsPartOfItsTime() {
        ShutdownConfig config = ShutdownConfig.builder().timeout(ofSeconds(3)).build();
        ConnectionTracker requests = ticker.keptBy(() -> ConnectionTracker.create("requests"));
        CoordinatorComponents parts = new CoordinatorComponents(
                new LiveConfig(config),
                ticker.keptBy(() -> ServiceGroup.builder().build()),
                List.of(requests),
                ticker.keptBy(() -> ResourceManager.withTimeout(ofSeconds(1))),
                List.of(),
                List.of(),
                new Reloader(),
                CoordinatorComponents.ExitMode.EMBEDDED,
                false,
                ticker,
                ProcessExit.jvm());
        PhaseProgressMonitor watch = new PhaseProgressMonitor(ticker, ofSeconds(5), (phase, unfinished, left) -> {});
        ListenerDispatcher listeners = new ListenerDispatcher(List.of(stall), ticker);
        try (ConnectionGuard held = requests.acquire()) {
            ShutdownReport report = new ShutdownSequence(parts, ShutdownLog.silent(), watch, listeners)
                    .run(
                            new ShutdownReason.Requested("test"),
                            Instant.EPOCH,
                            Deadline.after(ticker, config.timeout()),
                            () -> false);
            assertThat(report.elapsed()).isEqualTo(ofSeconds(5));
            assertThat(report.isClean()).isFalse();
        }
    }
}
