package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeProcess;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A coordinator whose logging backend throws, blocks or is closed loses log lines, but shuts down. */
@Timeout(180)
class CoordinatorBrokenLogTest extends CoordinatorHardshipFixture {

    @Test
    @DisplayName("scenario 52: every logger throws from the request on; every phase runs, the process exits")
    void loggersThatThrowCostNothing() throws Exception {
        FakeProcess process = new FakeProcess();
        ConnectionTracker tracker = ConnectionTracker.create("work");
        List<ShutdownPhase> phases = new CopyOnWriteArrayList<>();
        AtomicInteger finished = new AtomicInteger();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .forTests(Ticker.system(), process)
                .config(within(ofSeconds(40)).drainTimeout(ofMillis(300)).build())
                .tracker(tracker)
                .listener(new ShutdownListener() {
                    @Override
                    public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
                        phases.add(phase);
                        throw new IllegalStateException("listener");
                    }

                    @Override
                    public void onFinished(ShutdownReport report) {
                        finished.incrementAndGet();
                        hang();
                    }
                })
                .build();
        AtomicBoolean released = new AtomicBoolean();
        coordinator.resources().register(Resource.of("r", () -> released.set(true)));
        coordinator.start();
        ConnectionGuard held = tracker.acquire();
        try (CapturedLogs logs = CapturedLogs.failing()) {
            coordinator.shutdown("the test");
            ShutdownReport report = coordinator.await();
            assertThat(report.phases()).extracting(PhaseReport::phase).containsExactly(ShutdownPhase.values());
            assertThat(report.elapsed()).isBetween(ofMillis(300), ofSeconds(30));
            assertThat(phase(report, ShutdownPhase.DRAIN).outcome()).isEqualTo(Outcome.TIMED_OUT);
            assertThat(phase(report, ShutdownPhase.RELEASE).outcome()).isEqualTo(Outcome.DONE);
            await().untilAsserted(() -> assertThat(process.exits()).containsExactly(1));
            await().untilAsserted(() -> assertThat(logs.lines()).isNotEmpty());
        }
        await().until(() -> process.hooks().isEmpty()); // removed, like the signal handlers, before the next test
        await().untilAsserted(() -> assertThat(phases).containsExactly(ShutdownPhase.values()));
        await().untilAsserted(() -> assertThat(finished).hasValue(1));
        assertThat(released).isTrue();
        held.close();
    }

    @Test
    @DisplayName("scenario 52: every logger blocks from the request on; every phase runs")
    void loggersThatBlockCostNothing() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        List<String> released = new CopyOnWriteArrayList<>();
        coordinator.resources().register(Resource.of("database", () -> released.add("database")));
        coordinator.start();
        try (CapturedLogs logs = CapturedLogs.failing(line -> {
            hang();
            return false;
        })) {
            coordinator.shutdown("the test");
            Optional<ShutdownReport> report = coordinator.await(Duration.ofSeconds(60));
            assertThat(report).map(ShutdownReport::isClean).contains(true);
            assertThat(report.orElseThrow().elapsed()).isLessThan(Duration.ofSeconds(25));
            assertThat(released).containsExactly("database");
            await().untilAsserted(() -> assertThat(logs.lines()).isNotEmpty());
        } finally {
            release.countDown();
        }
    }

    @Test
    @DisplayName("scenario 52: the logging backend is closed by the release of its own resource")
    void loggingBackendIsAResource() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        AtomicReference<CapturedLogs> closed = new AtomicReference<>();
        Logger log = LoggerFactory.getLogger(CoordinatorBrokenLogTest.class);
        List<String> released = new CopyOnWriteArrayList<>();
        coordinator.resources().register(Resource.of("logging", 1, () -> closed.set(CapturedLogs.failing())));
        coordinator.resources().register(Resource.of("other", 2, () -> {
            assertThatThrownBy(() -> log.warn("too late")).hasMessage("this logger is broken");
            released.add("other");
        }));
        try {
            ShutdownReport report = shutdown(coordinator);
            assertThat(report.isClean()).isTrue();
            assertThat(released).containsExactly("other");
        } finally {
            closed.get().close();
        }
    }
}
