package io.github.shutdown4j.examples.virtualthreads;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.examples.process.ExampleProcess;
import io.github.shutdown4j.examples.process.HttpLoad;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Scenario 95: each test with virtual threads and with platform threads, and the same must come out. */
@Timeout(120)
class VirtualThreadServiceTest {

    @TempDir
    private Path folder;

    private ExampleProcess start(String workers, String drainSeconds) throws IOException {
        return ExampleProcess.start(
                folder,
                Map.of(
                        "PORT",
                        "0",
                        "WORKERS",
                        workers,
                        "APP_SHUTDOWN_DRAIN_TIMEOUT_SECS",
                        drainSeconds,
                        "APP_SHUTDOWN_RESOURCE_TIMEOUT_SECS",
                        "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    @DisplayName("scenarios 17 and 95: whatever is in hand under load is answered")
    void everythingAcceptedIsAnswered(String workers) throws Exception {
        try (ExampleProcess app = start(workers, "10")) {
            String url = "http://localhost:" + app.awaitPort() + "/work?ms=";
            HttpLoad load = HttpLoad.start(url + 3, 8);
            await().until(() -> load.answered() > 100);
            load.once(url + 2_000, 200);
            await().pollDelay(ofMillis(700)).until(() -> true); // so that the server has read them all
            app.signal("TERM");
            load.awaitEnd();
            assertThat(load.broken()).isEmpty();
            assertThat(load.refused()).isEqualTo(8);
            assertThat(app.awaitExit(0)).isBetween(ofMillis(500), ofSeconds(5));
            assertThat(app.number("work finished: ")).isEqualTo(load.answered());
            assertThat(app.number("work interrupted: ")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    @DisplayName("scenarios 18 and 95: who is out of time is interrupted, and can still say so")
    void whoIsOutOfTimeIsInterrupted(String workers) throws Exception {
        try (ExampleProcess app = start(workers, "1")) {
            String url = "http://localhost:" + app.awaitPort() + "/work?ms=";
            HttpLoad load = HttpLoad.start(url + 60_000, 5);
            await().pollDelay(ofMillis(500)).until(() -> true); // so that the server has read them all
            app.signal("TERM");
            load.awaitEnd();
            assertThat(load.broken()).isEmpty();
            assertThat(load.refused()).as("told to try elsewhere").isEqualTo(5);
            assertThat(app.awaitExit(1)).isBetween(ofMillis(1_500), ofSeconds(5));
            assertThat(app.number("work interrupted: ")).isEqualTo(5);
            assertThat(app.output()).anyMatch(line -> line.contains("5 abandoned"));
        }
    }
}
