package io.github.shutdown4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.Probe;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The states before the shutdown: quiet and announced. */
@Timeout(180)
class CoordinatorQuietTest extends CoordinatorHardshipFixture {

    @Test
    void metricsAndHealthAreTheSameForAllCallers() {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        // Metrics libraries hold a weak reference, so the object must be kept by the coordinator.
        assertThat(coordinator.metrics()).isSameAs(coordinator.metrics());
        assertThat(coordinator.health()).isSameAs(coordinator.health());
    }

    @Test
    @DisplayName("scenario 12: quiet refuses new work, the process stays, and a later request ends it normally")
    void quietThenTheEnd() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("work");
        AtomicBoolean stopped = new AtomicBoolean();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .tracker(tracker)
                .services(ServiceGroup.builder()
                        .add("s", Service.of(() -> {}, () -> stopped.set(true)))
                        .build())
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        tracker.acquire().close();
        ConnectionGuard inFlight = tracker.acquire();
        assertThat(coordinator.quiet("an operator")).isTrue();
        assertThat(tracker.tryAcquire()).isEmpty();
        assertThat(coordinator.health().isReady()).isFalse();
        assertThat(coordinator.health().isLive()).isTrue();
        assertThat(coordinator.health().detail()).isEqualTo("quiet, takes no new work");
        assertThat(coordinator.metrics().admitted()).isEqualTo(2);
        assertThat(coordinator.metrics().inFlight()).isEqualTo(1);
        assertThat(coordinator.metrics().refused()).isEqualTo(1);
        assertThat(coordinator.metrics().ready()).isZero();
        assertThat(coordinator.await(ofMillis(200))).isEmpty();
        assertThat(stopped).isFalse();
        assertThat(coordinator.trigger().isRequested()).isFalse();
        inFlight.close();
        coordinator.shutdown("the test");
        assertThat(coordinator.await().isClean()).isTrue();
        assertThat(stopped).isTrue();
    }

    @Test
    @DisplayName("scenario 74: quiet called twice, or after the request, is the same as once")
    void quietIsIdempotent() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        try (CapturedLogs logs = CapturedLogs.open()) {
            coordinator.start();
            assertThat(coordinator.quiet("a hook")).isTrue();
            assertThat(coordinator.quiet("the same hook")).isFalse();
            assertThat(coordinator.awaitReady(ZERO)).isFalse();
            coordinator.shutdown("the test");
            assertThat(coordinator.await().isClean()).isTrue();
            assertThat(coordinator.quiet("a late hook")).isFalse();
            assertThat(logs.texts(Level.INFO).stream().filter(text -> text.contains("quiet")))
                    .containsExactly(
                            "Shutdown: quiet, requested by a hook: new work is refused, the process keeps running");
        }
        assertThatThrownBy(() -> coordinator.quiet(" ")).hasMessageContaining("requestedBy must not be blank");
    }

    @Test
    @DisplayName(
            "quiet during the start refuses work; the start continues, and listeners are notified when it completes")
    void quietDuringTheStart() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        CountDownLatch firstMayStart = new CountDownLatch(1);
        CountDownLatch secondMayStart = new CountDownLatch(1);
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .service("first", Service.of(() -> Probe.await(firstMayStart), () -> {}))
                .service("second", Service.of(() -> Probe.await(secondMayStart), () -> {}))
                .listener(new ShutdownListener() {
                    @Override
                    public void onWaiting(List<String> notReady) {
                        events.add("waiting for " + notReady);
                    }

                    @Override
                    public void onReady() {
                        events.add("ready");
                    }
                })
                .build();
        coordinator.start();
        await().untilAsserted(() -> assertThat(events).contains("waiting for [first, second]"));
        assertThat(coordinator.quiet("an operator")).isTrue();
        firstMayStart.countDown();
        await().untilAsserted(() -> assertThat(events).endsWith("waiting for [second]"));
        secondMayStart.countDown();
        await().untilAsserted(() -> assertThat(events).endsWith("ready"));
        assertThat(coordinator.awaitReady(ZERO)).isFalse();
        assertThat(coordinator.health().isReady()).isFalse();
        assertThat(coordinator.health().detail()).isEqualTo("quiet, takes no new work");
        coordinator.shutdown("the test");
        assertThat(coordinator.await().isClean()).isTrue();
        assertThat(events).containsOnlyOnce("ready");
    }
}
