package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShuttingDownException;
import io.github.shutdown4j.trigger.Subscription;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The events that listeners receive, and the effects of misbehaving listeners. */
@Timeout(180)
class CoordinatorListenersTest extends CoordinatorHardshipFixture {

    @Test
    void listenerGivenTwiceIsRefused() {
        ShutdownListener listener = new ShutdownListener() {};
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder().listener(listener);
        assertThatThrownBy(() -> builder.listener(listener))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("this listener was given before");
    }

    @Test
    void listenersReceiveReloadsUntilTheShutdownBegins() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .listener(new ShutdownListener() {
                    @Override
                    public void onReloadStarted(String requestedBy) {
                        events.add("started by " + requestedBy);
                    }

                    @Override
                    public void onReloadStep(StepResult step) {
                        events.add(step.name() + " " + step.outcome());
                    }

                    @Override
                    public void onReloadFinished(ReloadReport report) {
                        events.add("finished " + report.isClean());
                    }
                })
                .build();
        AtomicBoolean broken = new AtomicBoolean();
        coordinator.start();
        Subscription subscription = coordinator.reloader().subscribe("config", () -> {
            if (broken.get()) {
                throw new IllegalStateException("bad config");
            }
        });
        assertThat(coordinator
                        .reloader()
                        .reload("one")
                        .toCompletableFuture()
                        .get()
                        .isClean())
                .isTrue();
        broken.set(true);
        assertThat(coordinator
                        .reloader()
                        .reload("two")
                        .toCompletableFuture()
                        .get()
                        .isClean())
                .isFalse();
        await().untilAsserted(() -> assertThat(events)
                .containsExactly(
                        "started by one",
                        "config DONE",
                        "finished true",
                        "started by two",
                        "config FAILED",
                        "finished false"));
        assertThat(coordinator.trigger().isRequested()).isFalse();
        AtomicBoolean refusedMeanwhile = new AtomicBoolean();
        coordinator
                .resources()
                .register(Resource.of(
                        "r",
                        () -> refusedMeanwhile.set(coordinator
                                .reloader()
                                .reload("a resource")
                                .toCompletableFuture()
                                .isCompletedExceptionally())));
        coordinator.shutdown("the test");
        coordinator.await();
        assertThat(refusedMeanwhile).isTrue();
        assertThatThrownBy(() -> coordinator
                        .reloader()
                        .reload("three")
                        .toCompletableFuture()
                        .get())
                .hasCauseInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> coordinator.reloader().subscribe("late", () -> {}))
                .isInstanceOf(ShuttingDownException.class);
        assertThat(events).hasSize(6);
        subscription.close();
    }

    @Test
    void listenerThatIsLateWithTheReportIsNamed() throws Exception {
        ShutdownListener late = new ShutdownListener() {
            @Override
            public void onFinished(ShutdownReport report) {
                hang();
            }
        };
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().listener(late).build();
        String line = "Shutdown: listener " + late.getClass().getTypeName()
                + " did not process the report within 1 s, continuing without it";
        try (CapturedLogs logs = CapturedLogs.open()) {
            shutdown(coordinator);
            await().untilAsserted(() -> assertThat(logs.texts(Level.WARN)).containsOnlyOnce(line));
        }
    }

    @Test
    @DisplayName("a listener receives each phase, each step and the end, in order")
    void listenerReceivesEachStep() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .tracker(ConnectionTracker.create("work"))
                .listener(new ShutdownListener() {
                    @Override
                    public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
                        events.add(phase.name());
                    }

                    @Override
                    public void onStep(ShutdownPhase phase, StepResult step) {
                        events.add(phase + " " + step.name() + " " + step.outcome());
                    }

                    @Override
                    public void onFinished(ShutdownReport report) {
                        events.add("finished");
                    }
                })
                .build();
        coordinator.resources().register(Resource.of("r", () -> {}));
        shutdown(coordinator);
        await().untilAsserted(() -> assertThat(events)
                .containsExactly(
                        "ANNOUNCE",
                        "STOP",
                        "DRAIN",
                        "DRAIN work DONE",
                        "SAVE",
                        "RELEASE",
                        "RELEASE r DONE",
                        "FINAL_SAVE",
                        "finished"));
    }

    @Test
    @DisplayName("scenario 11: a listener that throws or blocks forever neither stops nor delays the shutdown")
    void badListenersAreHarmless() throws Exception {
        List<Integer> exitCodes = new CopyOnWriteArrayList<>();
        try (CapturedLogs logs = CapturedLogs.open()) {
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .embedded()
                    .onFinished(report -> exitCodes.add(report.exitCode()))
                    .listener(new ShutdownListener() {
                        @Override
                        public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
                            throw new IllegalStateException("bad listener");
                        }
                    })
                    .listener(new ShutdownListener() {
                        @Override
                        public void onShutdown(ShutdownReason reason) {
                            hang();
                        }
                    })
                    .build();
            long start = System.nanoTime();
            ShutdownReport report = shutdown(coordinator);
            Duration whole = Duration.ofNanos(System.nanoTime() - start);
            assertThat(report.isClean()).isTrue();
            // The listeners are waited for after the sequence, for a second.
            assertThat(whole.minus(report.elapsed())).isBetween(ofMillis(900), ofSeconds(40));
            await().untilAsserted(() -> assertThat(exitCodes).containsExactly(0));
            await().untilAsserted(
                            () -> assertThat(logs.texts(Level.WARN)).anyMatch(text -> text.contains("bad listener")));
        }
    }
}
