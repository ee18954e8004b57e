package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.trigger.ShutdownReason;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ShutdownCoordinatorTest {

    private final List<String> events = new CopyOnWriteArrayList<>();

    private static ShutdownConfig within(Duration timeout) {
        return ShutdownConfig.builder().timeout(timeout).build();
    }

    private ShutdownCoordinatorBuilder embedded() {
        return ShutdownCoordinator.builder().embedded().listener(new Recorder());
    }

    private static ShutdownReport shutdown(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        return coordinator.await();
    }

    private static PhaseReport phase(ShutdownReport report, ShutdownPhase phase) {
        return report.phases().get(phase.ordinal());
    }

    @Test
    @DisplayName("scenario 1: all phases in order, each once, and a clean report")
    void walksAllPhasesInOrder() throws Exception {
        ShutdownReport report = shutdown(embedded().build());
        assertThat(report.phases()).extracting(PhaseReport::phase).containsExactly(ShutdownPhase.values());
        assertThat(report.exitCode()).isZero();
        assertThat(report.isClean()).isTrue();
        assertThat(report.reason()).isEqualTo(new ShutdownReason.Requested("the test"));
        await().untilAsserted(() -> assertThat(events)
                .containsExactly(
                        "ready",
                        "shutdown requested by the test",
                        "ANNOUNCE",
                        "STOP",
                        "DRAIN",
                        "SAVE",
                        "RELEASE",
                        "FINAL_SAVE",
                        "finished 0"));
    }

    @Test
    @DisplayName("scenario 9: concurrent requests lead to one sequence and one report")
    void oneSequenceForManyCallers() throws Exception {
        for (int round = 0; round < 50; round++) {
            ShutdownCoordinator coordinator =
                    ShutdownCoordinator.builder().embedded().build();
            coordinator.start();
            CyclicBarrier barrier = new CyclicBarrier(2);
            AtomicInteger first = new AtomicInteger();
            List<CompletableFuture<ShutdownReport>> reports = new ArrayList<>();
            for (String by : List.of("one", "two")) {
                CompletableFuture<ShutdownReport> report = new CompletableFuture<>();
                reports.add(report);
                new Thread(() -> {
                            try {
                                barrier.await();
                                first.addAndGet(coordinator.shutdown(by) ? 1 : 0);
                                report.complete(coordinator.await());
                            } catch (Exception e) {
                                report.completeExceptionally(e);
                            }
                        })
                        .start();
            }
            assertThat(reports.get(0).get()).isSameAs(reports.get(1).get());
            assertThat(first).hasValue(1);
        }
    }

    @Test
    void requestBeforeTheStartIsCarriedOutAndStartsNothing() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        ShutdownCoordinator coordinator = embedded()
                .services(ServiceGroup.builder()
                        .add("s", Service.of(starts::incrementAndGet, () -> {}))
                        .build())
                .build();
        assertThat(coordinator.shutdown("somebody early")).isTrue();
        coordinator.start();
        ShutdownReport report = coordinator.await();
        assertThat(starts).hasValue(0);
        assertThat(report.exitCode()).isZero();
        assertThat(phase(report, ShutdownPhase.STOP).steps())
                .singleElement()
                .satisfies(step -> assertThat(step.outcome()).isEqualTo(Outcome.DONE))
                .satisfies(step -> assertThat(step.detail()).isEqualTo("was not started"));
    }

    @Test
    void failedStepMakesTheReportAFailureButSkipsNoOtherStep() throws Exception {
        ShutdownCoordinator coordinator = embedded().build();
        CountDownLatch late = new CountDownLatch(1);
        coordinator.resources().register(Resource.of("bad", 1, () -> {
            throw new IOException("cannot close");
        }));
        coordinator.resources().register(Resource.of("late", 2, late::countDown));
        ShutdownReport report = shutdown(coordinator);
        assertThat(late.getCount()).isZero();
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.toText()).contains("bad", "cannot close", "exit code 1");
        assertThat(report.toJson()).contains("\"name\" : \"bad\"", "java.io.IOException: cannot close");
    }

    @Test
    void serviceFailureIsTheReasonAndExitCodeOne() throws Exception {
        IllegalStateException cause = new IllegalStateException("disk on fire");
        ShutdownCoordinator coordinator = embedded()
                .services(ServiceGroup.builder()
                        .add("disk", context -> {
                            context.ready();
                            throw cause;
                        })
                        .build())
                .build();
        coordinator.start();
        ShutdownReport report = coordinator.await();
        assertThat(report.reason()).isEqualTo(new ShutdownReason.ServiceFailed("disk", cause));
        assertThat(report.exitCode()).isEqualTo(1);
    }

    @Test
    @DisplayName("scenario 49: a drain that uses its whole limit leaves the reserves of the saves and the release")
    void exhaustedDrainLeavesTheSavesAndTheReleaseTheirTurn(@TempDir Path directory) throws Exception {
        FakeTicker ticker = new FakeTicker(); // stands still during the saves and the release
        ConnectionTracker tracker = ticker.keptBy(() -> ConnectionTracker.create("work"));
        Path state = directory.resolve("state.json");
        CheckpointStore<Long> store = CheckpointStore.json(state, Long.class);
        assertThat(store.load().state()).isEmpty();
        AtomicLong saves = new AtomicLong();
        ShutdownCoordinator coordinator = embedded()
                .forTests(ticker, new FakeProcess())
                .config(ShutdownConfig.builder()
                        .timeout(ofSeconds(10))
                        .saveTimeout(ofSeconds(3))
                        .build())
                .tracker(tracker)
                .checkpoint(Checkpoint.of(store, saves::incrementAndGet))
                .build();
        CountDownLatch released = new CountDownLatch(1);
        coordinator.resources().register(Resource.of("database", 10, released::countDown));
        ConnectionGuard held = tracker.acquire();
        coordinator.start();
        coordinator.shutdown("the test");
        await().until(ShutdownCoordinatorTest::isDrainWaiting);
        ticker.advance(ofSeconds(3)); // all but the reserves
        ShutdownReport report = coordinator.await();
        assertThat(released.getCount()).isZero();
        assertThat(phase(report, ShutdownPhase.DRAIN).outcome()).isEqualTo(Outcome.TIMED_OUT);
        // Two saves of 3 s and a tenth for the release leave 3 s; without one of the saves, 6 s would be left.
        assertThat(phase(report, ShutdownPhase.DRAIN).elapsed()).isEqualTo(ofSeconds(3));
        for (ShutdownPhase phase : List.of(ShutdownPhase.SAVE, ShutdownPhase.RELEASE, ShutdownPhase.FINAL_SAVE)) {
            assertThat(phase(report, phase).steps())
                    .as(phase.name())
                    .extracting(StepResult::outcome)
                    .containsExactly(Outcome.DONE);
        }
        assertThat(report.elapsed()).isEqualTo(ofSeconds(3));
        try (CheckpointStore<Long> next = CheckpointStore.json(state, Long.class)) {
            assertThat(next.load().state()).hasValue(saves.get());
        }
        assertThat(report.exitCode()).isEqualTo(1);
        held.close();
    }

    private static boolean isDrainWaiting() {
        return Thread.getAllStackTraces().values().stream()
                .map(stack -> Arrays.stream(stack)
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .toList())
                .anyMatch(frames -> frames.contains(FakeTicker.class.getName() + ".await")
                        && frames.contains(ConnectionTracker.class.getName() + ".drain"));
    }

    @Test
    void severalTrackersDrainAtTheSameTime() throws Exception {
        ConnectionTracker slow = ConnectionTracker.create("slow");
        ConnectionTracker streams = ConnectionTracker.create("streams");
        ConnectionGuard slowGuard = slow.acquire();
        ConnectionGuard stream = streams.acquire();
        stream.onDrain(
                () -> { // the slow one ends only when the streams are notified
                    slowGuard.close();
                    stream.close();
                });
        ShutdownReport report =
                shutdown(embedded().tracker(slow).tracker(streams).build());
        assertThat(phase(report, ShutdownPhase.DRAIN).steps())
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.DONE, Outcome.DONE);
        assertThat(report.elapsed()).isLessThan(ofSeconds(19)); // the drain may take 20 s
    }

    @Test
    @DisplayName("scenario 73: readiness is false from the request on, liveness true until the end")
    void healthFollowsTheShutdown() throws Exception {
        CountDownLatch startService = new CountDownLatch(1);
        CountDownLatch inRelease = new CountDownLatch(1);
        CountDownLatch endRelease = new CountDownLatch(1);
        ShutdownCoordinator coordinator = embedded()
                .services(ServiceGroup.builder()
                        .add("postgres", Service.of(() -> startService.await(), () -> {}))
                        .build())
                .build();
        coordinator.resources().register(Resource.of("r", () -> {
            inRelease.countDown();
            endRelease.await();
        }));
        ShutdownHealth health = coordinator.health();
        coordinator.start();
        assertThat(health.isReady()).isFalse();
        assertThat(health.isLive()).isTrue();
        await().untilAsserted(() -> assertThat(health.detail()).isEqualTo("waiting for postgres"));
        startService.countDown();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        assertThat(health.isReady()).isTrue();
        assertThat(health.detail()).isEqualTo("ready");
        coordinator.shutdown("the test");
        assertThat(health.isReady()).isFalse();
        inRelease.await();
        assertThat(health.isLive()).isTrue();
        assertThat(health.detail()).isEqualTo("shutting down: release");
        assertThat(coordinator.metrics().phaseNumber()).isEqualTo(5);
        endRelease.countDown();
        coordinator.await();
        assertThat(health.isLive()).isFalse();
        assertThat(coordinator.metrics().steps(Outcome.DONE)).isEqualTo(2);
    }

    @Test
    void awaitReadyAnswersFalseWhenTheShutdownComesFirst() throws Exception {
        ShutdownCoordinator coordinator = embedded()
                .services(ServiceGroup.builder()
                        .add("never", Service.of(() -> new CountDownLatch(1).await(), () -> {}))
                        .build())
                .config(within(ofSeconds(60)))
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofMillis(50))).isFalse();
        coordinator.shutdown("the test");
        assertThat(coordinator.awaitReady(ofSeconds(5))).isFalse();
        assertThat(coordinator.await().exitCode()).isZero();
        assertThat(events).doesNotContain("ready");
    }

    private final class Recorder implements ShutdownListener {
        @Override
        public void onReady() {
            events.add("ready");
        }

        @Override
        public void onShutdown(ShutdownReason reason) {
            events.add("shutdown " + reason.text());
        }

        @Override
        public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
            events.add(phase.name());
        }

        @Override
        public void onFinished(ShutdownReport report) {
            events.add("finished " + report.exitCode());
        }
    }
}
