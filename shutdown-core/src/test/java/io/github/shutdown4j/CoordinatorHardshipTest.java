package io.github.shutdown4j;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServiceGroupBuilder;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShutdownReason;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A coordinator with misbehaving threads, listeners and components. */
@Timeout(180)
class CoordinatorHardshipTest extends CoordinatorHardshipFixture {

    @Test
    @DisplayName("scenario 36: two services fail during the shutdown; the sequence is completed and reports both")
    void servicesThatFailDuringTheShutdown() throws Exception {
        ServiceGroupBuilder services = ServiceGroup.builder();
        for (String name : List.of("one", "two")) {
            services.add(name, context -> {
                context.ready();
                context.awaitStop();
                throw new IllegalStateException(name + " broke");
            });
        }
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .services(services.build())
                .build();
        AtomicBoolean released = new AtomicBoolean();
        coordinator.resources().register(Resource.of("r", () -> released.set(true)));
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.reason()).isEqualTo(new ShutdownReason.Requested("the test"));
        assertThat(phase(report, ShutdownPhase.STOP).steps())
                .allSatisfy(step -> assertThat(step.outcome()).isEqualTo(Outcome.FAILED))
                .extracting(step -> step.failure().orElseThrow().getMessage())
                .containsExactlyInAnyOrder("one broke", "two broke");
        assertThat(released).isTrue();
        assertThat(report.exitCode()).isEqualTo(1);
    }

    @Test
    void interruptedSequenceContinues() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("work");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(within(ofSeconds(60)).announceDelay(ofSeconds(2)).build())
                .tracker(tracker)
                .services(ServiceGroup.builder()
                        .add("slow", Service.of(() -> {}, () -> Thread.sleep(300)))
                        .build())
                .build();
        coordinator.resources().register(Resource.of("slow", () -> Thread.sleep(300)));
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        ConnectionGuard guard = tracker.acquire();
        guard.onDrain(() -> {
            await().pollDelay(ofMillis(300)).until(() -> true);
            guard.close();
        });
        try (CapturedLogs logs = CapturedLogs.open()) {
            CountDownLatch torments = new CountDownLatch(1);
            CompletableFuture<Void> tormentor = CompletableFuture.runAsync(() -> {
                while (coordinator.health().isLive()) {
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals("shutdown4j-sequence"))
                            .forEach(Thread::interrupt);
                    torments.countDown();
                    Thread.onSpinWait();
                }
            });
            Probe.await(torments);
            coordinator.shutdown("the test");
            ShutdownReport report = coordinator.await();
            tormentor.get();
            assertThat(report.isClean()).as(report.toText()).isTrue();
            assertThat(phase(report, ShutdownPhase.ANNOUNCE).elapsed()).isBetween(ofSeconds(2), ofSeconds(50));
            assertThat(report.phases()).hasSize(ShutdownPhase.values().length);
            assertThat(phase(report, ShutdownPhase.DRAIN).steps()).hasSize(1);
            await().untilAsserted(() -> assertThat(logs.texts(Level.WARN))
                    .anyMatch(text -> text.contains("interrupted in phase announce, continuing")));
        }
    }

    @Test
    void drainWithoutAnyTimeLeftLooksOnceAndIsNoFailureWithoutWork() throws Exception {
        ConnectionTracker idle = ConnectionTracker.create("idle");
        ConnectionTracker busy = ConnectionTracker.create("busy");
        ShutdownConfig config = within(ofMillis(300))
                .stopTimeout(ofMillis(300)) // takes all that is not reserved
                .drainTimeout(ofMillis(300))
                .build();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(config)
                .tracker(idle)
                .tracker(busy)
                .services(ServiceGroup.builder()
                        .add("hung", context -> {
                            context.ready();
                            hang();
                        })
                        .build())
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        CountDownLatch notified = new CountDownLatch(1);
        busy.acquire().onDrain(notified::countDown);
        coordinator.shutdown("the test");
        PhaseReport drain = phase(coordinator.await(), ShutdownPhase.DRAIN);
        assertThat(drain.steps())
                .extracting(step -> step.name() + " " + step.outcome())
                .containsExactly("idle DONE", "busy TIMED_OUT");
        notified.await();
    }

    @Test
    void uncaughtExceptionEndsItAndTheHandlerIsGivenBack() throws Exception {
        UncaughtExceptionHandler former = Thread.getDefaultUncaughtExceptionHandler();
        List<String> received = new CopyOnWriteArrayList<>();
        UncaughtExceptionHandler mine = (thread, failure) -> received.add(failure.getMessage());
        Thread.setDefaultUncaughtExceptionHandler(mine);
        try {
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .returnWhenDone()
                    .shutdownOnUncaughtException()
                    .forTests(Ticker.system(), new FakeProcess())
                    .build();
            coordinator.start();
            new Thread(
                            () -> {
                                throw new IllegalStateException("nobody catches this");
                            },
                            "thrower")
                    .start();
            ShutdownReport report = coordinator.await();
            assertThat(report.reason().text()).contains("'thrower'", "nobody catches this");
            assertThat(report.exitCode()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(received).containsExactly("nobody catches this"));
            assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(mine);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(former);
        }
    }

    @Test
    void groupThatWasStartedBeforeIsRefusedAndTheSignalsAreGivenBack() throws Exception {
        ServiceGroup group =
                ServiceGroup.builder().add("s", Service.of(() -> {}, () -> {})).build();
        group.start();
        FakeProcess process = new FakeProcess();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .services(group)
                .forTests(Ticker.system(), process)
                .build();
        assertThatThrownBy(coordinator::start).isInstanceOf(IllegalStateException.class);
        assertThat(process.hooks()).isEmpty();
        coordinator.shutdown("somebody who does not know");
        assertThat(coordinator.await(ofMillis(300))).isEmpty();
        assertThat(process.exits()).isEmpty();
        group.stop(ofSeconds(60));
    }

    @Test
    void longestWaitIsNoMistake() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        coordinator.start();
        assertThat(coordinator.awaitReady(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
        coordinator.shutdown("the test");
        assertThat(coordinator.await(Duration.ofSeconds(Long.MAX_VALUE))).isPresent();
    }
}
