package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Names and labels that try to forge a log line or to change the terminal. */
class HostileNamesTest {

    private static final String ESCAPE = "\u001b";

    @Test
    void nameThatForgesALineReachesNoLogLinePlanOrHealthAsItIs() throws Exception {
        try (CapturedLogs logs = CapturedLogs.open()) {
            ConnectionTracker tracker = ConnectionTracker.builder(hostile("tracker"))
                    .details(GuardDetails.on())
                    .build();
            ShutdownCoordinator coordinator = coordinator(tracker);
            coordinator.health().addCheck(hostile("check"), () -> false, Duration.ofSeconds(5));
            coordinator.reloader().subscribe(hostile("subscriber"), () -> {
                throw new IllegalStateException("refused");
            });
            EventQueue<String> queue = EventQueue.<String>builder(hostile("queue"), batch -> {
                        throw new IllegalStateException("full");
                    })
                    .start();
            coordinator.resources().register(queue);
            assertPlain(coordinator.plan().toText(), 14);
            coordinator.start();
            assertThat(coordinator.awaitReady(Duration.ofSeconds(30))).isTrue();
            assertPlain(coordinator.health().detail(), 1);
            coordinator.reloader().reload("test").toCompletableFuture().join();
            queue.offer("event");
            ConnectionGuard guard = tracker.acquire(hostile("GET /"));
            guard.onDrain(() -> {
                throw new IllegalStateException("gone");
            });
            coordinator.shutdown("test");
            coordinator.await();
            for (String name : List.of(
                    "tracker", "service", "resource", "nobody", "check", "subscriber", "queue", "GET /", "drain")) {
                await().untilAsserted(() -> assertThat(logs.lines())
                        .as(name)
                        .anyMatch(line -> name.equals("check") // in the health only
                                || line.text().contains(name + " forged ?[31m")));
            }
            for (CapturedLogs.Line line : logs.lines()) {
                assertThat(line.text()).doesNotContain(ESCAPE).doesNotContain("\nforged");
            }
        }
    }

    private static ShutdownCoordinator coordinator(ConnectionTracker tracker) {
        return ShutdownCoordinator.builder()
                .config(ShutdownConfig.builder()
                        .timeout(Duration.ofSeconds(3))
                        .progressInterval(Duration.ofMillis(200))
                        .build())
                .tracker(tracker)
                .service(hostile("service"), Service.of(() -> {}, () -> {
                    throw new IllegalStateException("stuck");
                }))
                .drain(hostile("drain"), CompletableFuture::new)
                .resource(Resource.of(hostile("resource"), () -> {
                            throw new IllegalStateException("lost");
                        })
                        .withAfter(hostile("nobody")))
                .embedded()
                .build();
    }

    private static void assertPlain(String text, int atMostLines) {
        assertThat(text).contains(" forged ?[31m").doesNotContain(ESCAPE);
        assertThat(text.lines()).hasSizeLessThanOrEqualTo(atMostLines);
        assertThat(text.lines()).noneMatch(line -> line.startsWith("forged"));
    }

    private static String hostile(String name) {
        return name + "\nforged " + ESCAPE + "[31m";
    }
}
