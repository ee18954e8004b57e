package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.testing.FakeTicker;

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
        ConnectionTracker requests =
                ConnectionTracker.builder("requests").ticker(ticker).build();
        CoordinatorParts parts = new CoordinatorParts(
                config,
                new ServiceGroup.Builder(ticker).build(),
                List.of(requests),
                new ResourceManager(ofSeconds(1), ticker),
                List.of(),
                List.of(),
                new Reloader(),
                CoordinatorParts.Ending.EMBEDDED,
                false,
                ticker,
                ProcessExit.jvm());
        PhaseWatch watch = new PhaseWatch(ticker, ofSeconds(5), (phase, unfinished, left) -> {});
        try (ConnectionGuard held = requests.acquire()) {
            ShutdownReport report = new ShutdownSequence(parts, ShutdownLog.silent(), watch, call -> call.accept(stall))
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
