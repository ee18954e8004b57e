package io.github.shutdown4j.spring;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;

import static org.assertj.core.api.Assertions.assertThat;

class ShutdownMetersTest {

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final ShutdownCoordinator coordinator =
            ShutdownCoordinator.builder().embedded().connections(requests).build();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void numbersFollowTheCoordinator() throws InterruptedException {
        new ShutdownMeters(coordinator.metrics()).bindTo(registry);
        coordinator.start();
        assertThat(coordinator.awaitReady(Duration.ofSeconds(60))).isTrue();
        assertThat(gauge("shutdown.ready")).isEqualTo(1);
        assertThat(gauge("shutdown.phase")).isZero();
        assertThat(registry.get("shutdown.phase.duration")
                        .tag("phase", "drain")
                        .timeGauge()
                        .value())
                .isNaN();
        try (var guard = requests.acquire()) {
            assertThat(gauge("shutdown.in.flight")).isEqualTo(1);
        }
        coordinator.shutdown("test");
        var unused = coordinator.await();
        assertThat(requests.tryAcquire()).isEmpty();

        assertThat(gauge("shutdown.ready")).isZero();
        assertThat(gauge("shutdown.phase")).isEqualTo(6);
        assertThat(gauge("shutdown.in.flight")).isZero();
        assertThat(counter("shutdown.admitted")).isEqualTo(1);
        assertThat(counter("shutdown.refused")).isEqualTo(1);
        assertThat(registry.get("shutdown.phase.duration")
                        .tag("phase", "drain")
                        .timeGauge()
                        .value(TimeUnit.SECONDS))
                .isBetween(0.0, 10.0);
        assertThat(registry.get("shutdown.steps").tag("outcome", "done").gauge().value())
                .isEqualTo(1); // the tracker
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double counter(String name) {
        return registry.get(name).functionCounter().count();
    }
}
