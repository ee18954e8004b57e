package io.github.shutdown4j;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.internal.TickerHolder;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.RestartPolicy;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServicePolicy;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class WallClockTest extends CoordinatorHardshipFixture {

    /** Jumps forwards and back from each reading to the next, so that any two are hours apart; time elapses as always. */
    private static final class JumpingClock implements Ticker {

        private final AtomicInteger readings = new AtomicInteger();

        @Override
        public Instant now() {
            int hours = readings.incrementAndGet();
            return Ticker.system().now().plus(Duration.ofHours(hours % 2 == 0 ? hours : -hours));
        }

        @Override
        public long nanoTime() {
            return Ticker.system().nanoTime();
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
            Ticker.system().await(lock, condition, nanos);
        }
    }

    /** For what takes a second at most, and hours if it is measured by the wall clock. */
    private static final Duration LESS_THAN_AN_HOUR = ofSeconds(100);

    @TempDir
    private Path directory;

    private final JumpingClock clock = new JumpingClock();

    @BeforeEach
    void install() {
        TickerHolder.replace(clock);
    }

    @AfterEach
    void remove() {
        TickerHolder.replace(Ticker.system());
    }

    @Test
    @DisplayName("scenario 50: whatever the wall clock does, limits last as long as they should")
    void aJumpOfTheWallClockChangesNoDuration() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger snapshots = new AtomicInteger();
        AtomicInteger written = new AtomicInteger();
        ConnectionTracker tracker =
                ConnectionTracker.builder("work").details(GuardDetails.on()).build();
        EventQueue<Integer> events = EventQueue.<Integer>builder("events", batch -> {
                    written.addAndGet(batch.size());
                })
                .linger(ofMillis(50))
                .start();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(within(ofSeconds(30))
                        .announceDelay(ofMillis(300))
                        .drainTimeout(ofMillis(600))
                        .resourceTimeout(ofMillis(300))
                        .build())
                .services(ServiceGroup.builder()
                        .add(
                                "flaky",
                                context -> {
                                    context.ready();
                                    if (runs.incrementAndGet() < 3) {
                                        throw new IllegalStateException("fails twice");
                                    }
                                    context.awaitStop();
                                },
                                ServicePolicy.critical()
                                        .withRestart(
                                                RestartPolicy.unlimited().withBackoff(ofMillis(50), ofMillis(50), 1)))
                        .build())
                .tracker(tracker)
                .resource(events)
                .resource(Resource.of("hung", this::hang))
                .checkpoint(Checkpoint.every(
                        ofMillis(50),
                        CheckpointStore.json(directory.resolve("state.json"), Integer.class),
                        snapshots::incrementAndGet))
                .build();
        coordinator.start();
        await().atMost(LESS_THAN_AN_HOUR).until(() -> runs.get() == 3 && snapshots.get() > 2);
        events.offer(1);
        await().atMost(LESS_THAN_AN_HOUR).until(() -> written.get() == 1);
        tracker.acquire("request");
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();

        assertThat(clock.readings).hasValueGreaterThan(5);
        assertThat(report.elapsed()).isBetween(ofMillis(1_200), LESS_THAN_AN_HOUR);
        assertThat(phase(report, ShutdownPhase.ANNOUNCE).elapsed()).isBetween(ofMillis(300), LESS_THAN_AN_HOUR);
        StepResult drain = step(report, ShutdownPhase.DRAIN, "work");
        assertThat(drain.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(drain.elapsed()).isLessThan(LESS_THAN_AN_HOUR); // it begins a moment after its phase
        assertThat(phase(report, ShutdownPhase.DRAIN).elapsed()).isBetween(ofMillis(600), LESS_THAN_AN_HOUR);
        assertThat(drain.unfinished().get(0).age()).isBetween(ofMillis(900), LESS_THAN_AN_HOUR);
        StepResult hung = step(report, ShutdownPhase.RELEASE, "hung");
        assertThat(hung.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(hung.elapsed()).isBetween(ofMillis(300), LESS_THAN_AN_HOUR);
        assertThat(phase(report, ShutdownPhase.SAVE).outcome()).isEqualTo(Outcome.DONE);
        assertThat(report.phases())
                .allSatisfy(phase -> assertThat(phase.startedAfter()).isLessThan(LESS_THAN_AN_HOUR));
    }

    private static StepResult step(ShutdownReport report, ShutdownPhase phase, String name) {
        PhaseReport steps = phase(report, phase);
        return steps.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
