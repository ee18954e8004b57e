package io.github.shutdown4j.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.connections.ConnectionTracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ShutdownMetersTest {

    @TempDir
    private Path directory;

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final ShutdownCoordinator coordinator =
            ShutdownCoordinator.builder().embedded().tracker(requests).build();
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

    @Test
    void anAbruptEndOfThePreviousRunIsANumber() throws Exception {
        Path file = directory.resolve("run");
        for (int abrupt = 0; abrupt < 2; abrupt++) {
            Checkpoint<Boolean> run = Checkpoint.marker(file);
            ShutdownCoordinator next =
                    ShutdownCoordinator.builder().embedded().checkpoint(run).build();
            MeterRegistry fresh = new SimpleMeterRegistry();
            new ShutdownMeters(next.metrics()).bindTo(fresh);
            next.start();
            assertThat(next.awaitReady(Duration.ofSeconds(60))).isTrue();
            await().atMost(Duration.ofSeconds(60)).until(() -> run.lastRun().isPresent()); // read in the background
            assertThat(fresh.get("shutdown.last.run.unclean").gauge().value()).isEqualTo(abrupt);
            run.abandon();
            next.shutdown("test");
            var unused = next.await();
        }
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private double counter(String name) {
        return registry.get(name).functionCounter().count();
    }
}
