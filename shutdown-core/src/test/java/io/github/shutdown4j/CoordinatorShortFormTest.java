package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigException;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShutdownReason;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The short methods of the builder are equivalent to the long ones. */
@Timeout(180)
class CoordinatorShortFormTest {

    private final List<String> order = new CopyOnWriteArrayList<>();

    private static ShutdownCoordinatorBuilder builder() {
        return ShutdownCoordinator.builder().embedded();
    }

    @Test
    void serverStartsAsAServiceAndIsReleasedWhenTheWorkInFlightIsFinished() throws Exception {
        ConnectionTracker requests = ConnectionTracker.create("requests");
        ConnectionTracker streams = ConnectionTracker.create("streams");
        ShutdownCoordinator coordinator = builder()
                .timeout(ofSeconds(40))
                .drainTimeout(ofSeconds(30))
                .server("http", () -> order.add("start"), () -> order.add("release"))
                .tracker(requests)
                .tracker(streams)
                .resource("db", () -> order.add("db"))
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        ConnectionGuard inFlight = requests.acquire();
        inFlight.onDrain(() -> {
            order.add("drain");
            inFlight.close();
        });
        assertThat(coordinator.shutdown()).isTrue();
        assertThat(coordinator.shutdown()).isFalse();
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).isTrue();
        assertThat(report.reason()).isEqualTo(new ShutdownReason.Requested("the application"));
        assertThat(order).containsExactly("start", "drain", "release", "db");
        assertThat(report.phases().get(ShutdownPhase.DRAIN.ordinal()).budget()).isBetween(ofSeconds(20), ofSeconds(30));
    }

    @Test
    void serverWhoseNameIsThatOfAResourceIsNotAddedByHalf() {
        ShutdownCoordinatorBuilder builder = builder().resource("http", () -> {});
        assertThatThrownBy(() -> builder.server("http", () -> order.add("start"), () -> order.add("release")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'http' was added before");
        ServiceGroup others = ServiceGroup.builder()
                .add("other", Service.of(() -> {}, () -> {}))
                .build();
        assertThat(builder.services(others).build().plan().toText()).contains("other");
    }

    @Test
    void serverThatCouldNotStartIsNotReleased() throws Exception {
        ShutdownCoordinator coordinator = builder()
                .server(
                        "http",
                        () -> {
                            throw new IllegalStateException("port in use");
                        },
                        () -> order.add("release"))
                .build();
        coordinator.start();
        ShutdownReport report = coordinator.await();
        assertThat(report.reason().isFailure()).isTrue();
        assertThat(order).isEmpty();
    }

    @Test
    void serverWhoseStartHangsIsReleased() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        ShutdownCoordinator coordinator = builder()
                .config(ShutdownConfig.builder()
                        .timeout(ofSeconds(40))
                        .stopTimeout(Duration.ofMillis(200))
                        .build())
                .server(
                        "http",
                        () -> {
                            starting.countDown();
                            while (released.getCount() > 0) {
                                try {
                                    released.await();
                                } catch (InterruptedException ignored) {
                                    interrupted.countDown();
                                }
                            }
                            if (Thread.interrupted()) { // and released before it noticed
                                interrupted.countDown();
                            }
                        },
                        released::countDown)
                .build();
        coordinator.start();
        starting.await();
        coordinator.shutdown();
        coordinator.await();
        Probe.await(interrupted);
        assertThat(released.getCount()).isZero();
    }

    @Test
    void frameworkIsDrained() throws Exception {
        ShutdownCoordinator coordinator = builder()
                .drain("framework", () -> {
                    order.add("framework");
                    return CompletableFuture.completedFuture(null);
                })
                .resource("db", () -> order.add("db"))
                .build();
        coordinator.start();
        coordinator.shutdown();
        assertThat(coordinator.await().isClean()).isTrue();
        assertThat(order).containsExactly("framework", "db");
    }

    @Test
    void trackerWithALimitOfItsOwnDoesNotTakeTheWholePhase() throws Exception {
        ConnectionTracker streams = ConnectionTracker.builder("streams")
                .drainTimeout(Duration.ofMillis(100))
                .build();
        ShutdownCoordinator coordinator =
                builder().timeout(ofSeconds(60)).tracker(streams).build();
        assertThat(coordinator.plan().toText()).contains("1. 'streams', at most 100 ms");
        coordinator.start();
        streams.acquire();
        coordinator.shutdown();
        ShutdownReport report = coordinator.await();
        var drain = report.phases().get(ShutdownPhase.DRAIN.ordinal());
        assertThat(drain.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(drain.elapsed()).isBetween(Duration.ofMillis(100), ofSeconds(30));
    }

    @Test
    void resourceJoinsTheManagerThatIsGiven() {
        ResourceManager manager = ResourceManager.create();
        builder().resources(manager).resource("db", () -> {}).build();
        assertThat(manager.plan().toString()).contains("db");
    }

    @Test
    void contradictionsAreRefusedAtTheCall() {
        assertThatThrownBy(() -> builder().config(ShutdownConfig.defaults()).timeout(ofSeconds(5)))
                .hasMessage("config was given before; set timeout in it");
        assertThatThrownBy(() -> builder().config(ShutdownConfig.defaults()).drainTimeout(ofSeconds(5)))
                .hasMessage("config was given before; set drainTimeout in it");
        assertThatThrownBy(() -> builder().timeout(ofSeconds(5)).config(ShutdownConfig.defaults()))
                .hasMessage("timeout and drainTimeout were given before; set them in the config");
        assertThatThrownBy(() -> builder().timeout(Duration.ZERO)).hasMessageContaining("timeout must be at least");
        assertThatThrownBy(() -> builder().drainTimeout(ofSeconds(31)).build())
                .isInstanceOf(ShutdownConfigException.class)
                .hasMessageContaining("must not be more than shutdown.timeout_secs");
        ServiceGroup group = ServiceGroup.builder().build();
        Service service = Service.of(() -> {}, () -> {});
        assertThatThrownBy(() -> builder().services(group).service("worker", service))
                .hasMessage("a group of services was given before; add service 'worker' to that group");
        assertThatThrownBy(() -> builder().service("worker", service).services(group))
                .hasMessage("services were given before; put all services into one group");
        assertThatThrownBy(() -> builder().service("worker", service).service("worker", service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("worker");
        assertThatThrownBy(() -> builder().resource("db", () -> {}).resource(Resource.of("db", () -> {})))
                .hasMessage("a resource named 'db' was added before; give each its own name");
        ConnectionTracker tracker = ConnectionTracker.create("t");
        assertThatThrownBy(() -> builder().tracker(tracker).tracker(tracker)).hasMessageContaining("was added before");
        assertThatThrownBy(() -> builder().server(" ", () -> {}, () -> {})).hasMessageContaining("name must not be");
        assertThatThrownBy(() -> builder().server("x", () -> {}, null)).hasMessage("release must not be null");
    }
}
