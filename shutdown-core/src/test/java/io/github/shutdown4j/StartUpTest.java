package io.github.shutdown4j;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The rest of the start-up, as code that a coordinator runs. */
@Timeout(180)
class StartUpTest {

    private final List<String> events = new CopyOnWriteArrayList<>();

    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .embedded()
            .service("service", Service.of(() -> {}, () -> events.add("stopped")))
            .resource(Resource.of("before", 20, () -> events.add("before released")))
            .build();

    @Test
    void whatItThrowsEndsTheProcessAndReleasesWhatIsRegistered() throws Exception {
        IOException failure = new IOException("no database");
        ShutdownReport report = coordinator.run(() -> {
            coordinator.awaitReady(ofSeconds(60));
            coordinator.resources().register(Resource.of("within", 10, () -> events.add("within released")));
            throw failure;
        });
        assertThat(report.reason()).isEqualTo(new ShutdownReason.StartFailed(failure));
        assertThat(report.reason().text()).isEqualTo("the start-up failed: java.io.IOException: no database");
        assertThat(report.exitCode()).isOne();
        assertThat(events).containsExactly("stopped", "within released", "before released");
    }

    @Test
    void anErrorAndAnInterruptAreFailuresToo() throws Exception {
        ShutdownReport report = coordinator.run(() -> {
            throw new InterruptedException("enough");
        });
        assertThat(report.reason()).isInstanceOf(ShutdownReason.StartFailed.class);
        ShutdownCoordinator second = ShutdownCoordinator.builder().embedded().build();
        assertThat(second.run(() -> {
                            throw new NoClassDefFoundError("Driver");
                        })
                        .exitCode())
                .isOne();
    }

    @Test
    void aStartUpIsOverWhenItsResultIsComplete() throws Exception {
        CompletableFuture<String> listening = new CompletableFuture<>();
        FutureTask<ShutdownReport> run = Background.onThread(() -> coordinator.run(() -> listening));
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        listening.completeExceptionally(new IOException("port 80 in use"));
        assertThat(run.get().reason().text()).isEqualTo("the start-up failed: java.io.IOException: port 80 in use");
    }

    @Test
    void afterItTheCoordinatorWaitsForAReason() throws Exception {
        FutureTask<ShutdownReport> run = Background.onThread(() -> coordinator.run(() -> events.add("started")));
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        assertThat(run.get().exitCode()).isZero();
        assertThat(events).containsExactlyInAnyOrder("started", "stopped", "before released");
    }

    @Test
    void aRequestDoesNotWaitForItAndItsFailureChangesNothingThen() throws Exception {
        FutureTask<ShutdownReport> run = Background.onThread(() -> coordinator.run(() -> {
            coordinator.shutdown("the test");
            coordinator.await();
            throw new ShuttingDownException("too late to open the database");
        }));
        assertThat(run.get().reason()).isEqualTo(new ShutdownReason.Requested("the test"));
        assertThat(events).contains("before released");
    }

    @Test
    void itIsNotCalledIfTheStartIsRefused() {
        coordinator.start();
        assertThatThrownBy(() -> coordinator.run(() -> events.add("started")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(events).isEmpty();
        coordinator.shutdown("the test");
    }
}
