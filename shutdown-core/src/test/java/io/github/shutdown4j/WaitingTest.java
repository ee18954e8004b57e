package io.github.shutdown4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServiceGroupBuilder;
import io.github.shutdown4j.services.ServicePolicy;
import io.github.shutdown4j.testing.ServiceTesting;
import io.github.shutdown4j.trigger.ShutdownReason;

import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The events of a slow start-up. */
@Timeout(180)
class WaitingTest {

    private final List<String> events = new CopyOnWriteArrayList<>();

    private final class Recorder implements ShutdownListener {
        @Override
        public void onWaiting(List<String> notReady) {
            events.add("waiting for " + String.join(", ", notReady));
        }

        @Override
        public void onReady() {
            events.add("ready");
        }

        @Override
        public void onShutdown(ShutdownReason reason) {
            events.add("shutdown");
        }
    }

    private static Service readyAfter(CountDownLatch latch) {
        return context -> {
            context.onStop(latch::countDown);
            latch.await();
            context.ready();
            context.awaitStop();
        };
    }

    private ShutdownCoordinator start(ServiceGroupBuilder services) {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .listener(new Recorder())
                .services(services.build())
                .build();
        coordinator.start();
        return coordinator;
    }

    private void awaitEvent(String event) {
        await().pollInterval(ofMillis(1)).until(() -> events.contains(event));
    }

    @Test
    @DisplayName("scenario 78: the services that the start waits for are reported at each change")
    void eachChangeIsReportedUntilAllAreReady() throws Exception {
        CountDownLatch postgres = new CountDownLatch(1);
        CountDownLatch redis = new CountDownLatch(1);
        CountDownLatch http = new CountDownLatch(1);
        ShutdownCoordinator coordinator = start(ServiceGroup.builder()
                .add("postgres", readyAfter(postgres))
                .add("redis", readyAfter(redis))
                .add("http", readyAfter(http), ServicePolicy.critical().withAfter("postgres")));
        awaitEvent("waiting for postgres, redis, http");
        postgres.countDown();
        awaitEvent("waiting for redis, http");
        http.countDown();
        awaitEvent("waiting for redis");
        redis.countDown();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        coordinator.await();
        await().untilAsserted(() -> assertThat(events)
                .containsExactly(
                        "waiting for postgres, redis, http",
                        "waiting for redis, http",
                        "waiting for redis",
                        "ready",
                        "shutdown"));
    }

    @Test
    void nothingIsAwaitedOnceTheShutdownIsRequested() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ShutdownCoordinator coordinator =
                start(ServiceGroup.builder().add("first", untilStopped()).add("second", readyAfter(never)));
        awaitEvent("waiting for second");
        coordinator.shutdown("the test");
        coordinator.await();
        await().until(() -> events.contains("shutdown"));
        assertThat(events.get(events.size() - 1)).isEqualTo("shutdown");
        assertThat(events).doesNotContain("ready");
    }

    @Test
    void aServiceThatFailsForGoodEndsTheWaiting() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ShutdownCoordinator coordinator = start(ServiceGroup.builder()
                .add("sound", readyAfter(never))
                .add("broken", ServiceTesting.failing(new IllegalStateException("port taken"))));
        coordinator.await();
        await().until(() -> events.contains("shutdown"));
        assertThat(events.get(events.size() - 1)).isEqualTo("shutdown");
        assertThat(events).doesNotContain("ready", "waiting for sound");
    }

    @Test
    void anOptionalServiceThatIsLateIsAwaitedNoMore() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ShutdownCoordinator coordinator = start(ServiceGroup.builder()
                .startTimeout(ofSeconds(1))
                .add("metrics", readyAfter(never), ServicePolicy.optional()));
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        await().untilAsserted(() -> assertThat(events).containsExactly("waiting for metrics", "ready"));
        coordinator.shutdown("the test");
        coordinator.await();
    }

    @Test
    void withoutServicesNothingIsAwaited() throws Exception {
        ShutdownCoordinator coordinator = start(ServiceGroup.builder());
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        await().untilAsserted(() -> assertThat(events).containsExactly("ready"));
        coordinator.shutdown("the test");
        coordinator.await();
    }
}
