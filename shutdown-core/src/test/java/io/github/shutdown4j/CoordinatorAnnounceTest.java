package io.github.shutdown4j;

import java.io.IOException;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.trigger.ShutdownReason;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** The announcement is skipped if no work can have been sent to the process yet. */
@Timeout(60)
class CoordinatorAnnounceTest extends CoordinatorHardshipFixture {

    private static final Duration DELAY = ofMillis(1_200);

    private final ConnectionTracker tracker = ConnectionTracker.create("work");

    private ShutdownCoordinatorBuilder announcing() {
        return ShutdownCoordinator.builder()
                .embedded()
                .config(within(ofSeconds(8)).announceDelay(DELAY).build())
                .connections(tracker);
    }

    private static void assertAnnounced(ShutdownReport report, boolean expected) {
        Duration elapsed = phase(report, ShutdownPhase.ANNOUNCE).elapsed();
        if (expected) {
            assertThat(elapsed).isBetween(DELAY, ofSeconds(7));
        } else {
            assertThat(elapsed).isLessThan(DELAY);
        }
    }

    @Test
    void serviceThatFailsBeforeAllAreReadyEndsTheProcessWithoutTheDelay() throws Exception {
        ShutdownCoordinator coordinator = announcing()
                .service("database", context -> {
                    throw new IOException("no database");
                })
                .build();
        coordinator.start();
        ShutdownReport report = coordinator.await();
        assertThat(report.reason()).isInstanceOf(ShutdownReason.ServiceFailed.class);
        assertAnnounced(report, false);
    }

    @Test
    void serviceThatFailsLaterIsAnnounced() throws Exception {
        ShutdownCoordinator coordinator = announcing()
                .service("jobs", context -> {
                    context.ready();
                    release.await();
                    throw new IOException("no broker any more");
                })
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(20))).isTrue();
        release.countDown();
        assertAnnounced(coordinator.await(), true);
    }

    @Test
    void requestDuringTheStartIsNotDelayed() throws Exception {
        ShutdownCoordinator coordinator = announcing()
                .service("slow", Service.of(() -> release.await(), () -> {}))
                .build();
        coordinator.start();
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertAnnounced(report, false);
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void requestDuringTheStartOfAProcessThatHasWorkAlreadyIsAnnounced() throws Exception {
        ShutdownCoordinator coordinator = announcing()
                .service("slow", Service.of(() -> release.await(), () -> {}))
                .build();
        coordinator.start();
        tracker.acquire().close();
        coordinator.shutdown("the test");
        assertAnnounced(coordinator.await(), true);
    }

    @Test
    void startUpThatFailsIsAnnouncedOnlyIfWorkHasCome() throws Exception {
        assertAnnounced(
                announcing().build().run(() -> {
                    throw new IOException("port in use");
                }),
                false);
        ConnectionTracker used = ConnectionTracker.create("used");
        ShutdownCoordinator serving = announcing().connections(used).build();
        assertAnnounced(
                serving.run(() -> {
                    serving.awaitReady(ofSeconds(20));
                    used.acquire().close();
                    throw new IOException("no cache");
                }),
                true);
    }
}
