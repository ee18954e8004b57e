package io.github.shutdown4j;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The hooks and handlers that a coordinator installs and restores, and calls that it refuses. */
class CoordinatorOwnershipTest {

    private static ShutdownReport shutdown(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        return coordinator.await();
    }

    @Test
    @DisplayName("scenario 94: signals have one owner; the second coordinator is refused and starts nothing")
    void secondOwnerOfTheSignalsIsRefused() throws Exception {
        FakeProcess process = new FakeProcess();
        ShutdownCoordinator first = ShutdownCoordinator.builder()
                .returnWhenDone()
                .forTests(Ticker.system(), process)
                .build();
        first.start();
        try {
            AtomicInteger starts = new AtomicInteger();
            ShutdownCoordinator second = ShutdownCoordinator.builder()
                    .returnWhenDone()
                    .services(ServiceGroup.builder()
                            .add("s", Service.of(starts::incrementAndGet, () -> {}))
                            .build())
                    .build();
            assertThatThrownBy(second::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("SIG");
            assertThat(starts).hasValue(0);
        } finally {
            first.shutdown("the test");
            first.await();
        }
        assertThat(process.hooks()).isEmpty();
        assertThat(process.exits()).isEmpty();
    }

    @Test
    void exitsWithTheCodeOfTheReport() throws Exception {
        FakeProcess process = new FakeProcess();
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().forTests(Ticker.system(), process).build();
        coordinator.resources().register(Resource.of("bad", () -> {
            throw new IOException("cannot close");
        }));
        coordinator.start();
        coordinator.shutdown("the test");
        coordinator.await();
        await().untilAsserted(() -> assertThat(process.exits()).containsExactly(1));
        await().untilAsserted(() -> assertThat(process.hooks()).isEmpty());
    }

    @Test
    void embeddedCoordinatorThatReturnsWhenDoneInstallsNothing() throws Exception {
        FakeProcess process = new FakeProcess();
        for (boolean embeddedFirst : List.of(true, false)) {
            ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder().forTests(Ticker.system(), process);
            builder = embeddedFirst
                    ? builder.embedded().returnWhenDone()
                    : builder.returnWhenDone().embedded();
            ShutdownCoordinator coordinator = builder.build();
            coordinator.start();
            assertThat(process.hooks()).isEmpty();
            coordinator.shutdown("the test");
            assertThat(coordinator.await().exitCode()).isZero();
        }
    }

    @Test
    @DisplayName("scenario 92: 500 coordinators leave no thread, hook or handler behind")
    void manyCoordinatorsLeaveNothingBehind() throws Exception {
        FakeProcess process = new FakeProcess();
        shutdown(ShutdownCoordinator.builder().embedded().build());
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < 500; i++) {
            ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                    .tracker(ConnectionTracker.create("work"))
                    .services(ServiceGroup.builder()
                            .add("s", Service.of(() -> {}, () -> {}))
                            .build())
                    .forTests(Ticker.system(), process)
                    .returnWhenDone();
            ShutdownCoordinator coordinator = builder.build();
            coordinator.start();
            assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
            coordinator.shutdown("the test");
            assertThat(coordinator.await().exitCode()).isZero();
        }
        assertThat(process.hooks()).isEmpty();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread))
                        .filter(thread -> thread.getName().startsWith("shutdown4j-")))
                .isEmpty());
    }

    @Test
    void badInputIsRefusedAtTheCall() {
        ConnectionTracker tracker = ConnectionTracker.create("work");
        ShutdownCoordinatorBuilder builder =
                ShutdownCoordinator.builder().embedded().tracker(tracker);
        assertThatThrownBy(() -> builder.tracker(null)).hasMessage("tracker must not be null");
        assertThatThrownBy(() -> builder.config(null)).hasMessage("config must not be null");
        assertThatThrownBy(() -> builder.listener(null)).hasMessage("listener must not be null");
        for (ConnectionTracker again : List.of(tracker, ConnectionTracker.create("work"))) {
            assertThatThrownBy(() -> builder.tracker(again))
                    .hasMessage("a tracker named 'work' was added before; give each its own name");
        }
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        assertThatThrownBy(() -> coordinator.shutdown((String) null)).hasMessage("requestedBy must not be null");
        assertThatThrownBy(() -> coordinator.shutdown(" ")).hasMessageContaining("requestedBy must not be blank");
        assertThatThrownBy(() -> coordinator.await(ofMillis(-1))).hasMessageContaining("timeout must not be negative");
        assertThat(coordinator.shutdown("a good one")).isTrue();
    }

    @Test
    void aGroupThatWasStartedOrStoppedBeforeRefusesTheStart() throws Exception {
        for (boolean isStarted : List.of(true, false)) {
            ServiceGroup group = ServiceGroup.builder()
                    .add("s", Service.of(() -> {}, () -> {}))
                    .build();
            if (isStarted) {
                group.start();
            } else {
                group.stop(ofSeconds(60));
            }
            FakeProcess process = new FakeProcess();
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .services(group)
                    .returnWhenDone()
                    .forTests(Ticker.system(), process)
                    .build();
            assertThatThrownBy(coordinator::start)
                    .isInstanceOf(isStarted ? IllegalStateException.class : ShuttingDownException.class)
                    .hasMessageContaining("[s] was " + (isStarted ? "started before" : "stopped before"));
            assertThat(process.hooks()).isEmpty();
            group.stop(ofSeconds(60));
        }
    }

    @Test
    void aCoordinatorWhoseStartIsRefusedIsNeverReadyAlthoughItsServicesAre() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        CountDownLatch failure = new CountDownLatch(1);
        ServiceGroup group = ServiceGroup.builder()
                .add("s", context -> {
                    ready.await();
                    context.ready();
                    failure.await();
                    throw new IOException("no broker");
                })
                .build();
        group.start(); // by other code
        List<String> events = new CopyOnWriteArrayList<>();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .services(group)
                .listener(new ShutdownListener() {
                    @Override
                    public void onReady() {
                        events.add("ready");
                    }
                })
                .build();
        var unused = coordinator.trigger().subscribe(reason -> events.add(reason.text()));
        assertThatThrownBy(coordinator::start).isInstanceOf(IllegalStateException.class);
        ready.countDown();
        assertThat(group.awaitReady(ofSeconds(60))).isTrue();
        failure.countDown();
        group.whenShutdownRequested().toCompletableFuture().get(60, TimeUnit.SECONDS); // after the listeners
        group.stop(ofSeconds(60));
        assertThat(coordinator.awaitReady(ofSeconds(60))).isFalse();
        assertThat(coordinator.health().isReady()).isFalse();
        assertThat(coordinator.health().detail()).isEqualTo("not started");
        assertThat(coordinator.trigger().isRequested()).isFalse();
        assertThat(events).isEmpty();
    }

    @Test
    void aResourceThatTheManagerKnowsIsRefusedByTheBuild() throws Exception {
        ResourceManager manager = ResourceManager.create();
        manager.register(Resource.of("db", () -> {}));
        ShutdownCoordinatorBuilder builder =
                ShutdownCoordinator.builder().resources(manager).resource("db", () -> {});
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'db'")
                .hasMessageEndingWith("is registered already");
        assertThatThrownBy(() -> builder.resources(manager))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("resources were given before");
        manager.release(ofSeconds(60));
        assertThatThrownBy(builder::build).isInstanceOf(ShuttingDownException.class);
    }

    @Test
    void startsOnceOnly() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        shutdown(coordinator);
        assertThatThrownBy(coordinator::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("once");
    }
}
