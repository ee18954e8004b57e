package io.github.shutdown4j.examples.virtualthreads;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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

    private static long inHand(ExampleProcess app) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + app.awaitPort() + "/in-hand");
        try (InputStream answer = uri.toURL().openStream()) {
            return Long.parseLong(new String(answer.readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    @DisplayName("scenarios 17 and 95: whatever is in hand under load is answered")
    void everythingAcceptedIsAnswered(String workers) throws Exception {
        try (ExampleProcess app = start(workers, "15")) {
            String url = "http://localhost:" + app.awaitPort() + "/work?ms=";
            HttpLoad load = HttpLoad.start(url + 3, 8);
            await().atMost(ofSeconds(60)).until(() -> load.answered() > 100);
            load.once(url + 5_000, 200);
            // All of them: one that comes only when the others are answered and the drain is over, is neither.
            await().atMost(ofSeconds(60)).until(() -> inHand(app) >= 200);
            app.signal("TERM");
            load.awaitEnd();
            assertThat(load.broken()).isEmpty();
            assertThat(load.refused()).isGreaterThanOrEqualTo(8);
            assertThat(app.awaitExit(0)).isLessThan(ofSeconds(15));
            assertThat(app.number("work finished: ")).isEqualTo(load.answered());
            assertThat(app.number("work interrupted: ")).isZero();
            assertThat(app.output()).anyMatch(line -> line.matches(" +requests +done .* [1-9][0-9]* finished"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    @DisplayName("scenarios 18 and 95: who is out of time is interrupted, and can still say so")
    void whoIsOutOfTimeIsInterrupted(String workers) throws Exception {
        try (ExampleProcess app = start(workers, "1")) {
            String url = "http://localhost:" + app.awaitPort() + "/work?ms=";
            HttpLoad load = HttpLoad.start(url + 60_000, 5);
            await().atMost(ofSeconds(60)).until(() -> inHand(app) == 5);
            app.signal("TERM");
            load.awaitEnd();
            assertThat(load.broken()).isEmpty();
            assertThat(load.refused()).as("told to try elsewhere").isEqualTo(5);
            assertThat(app.awaitExit(1)).isBetween(ofMillis(1_500), ofSeconds(15));
            assertThat(app.number("work interrupted: ")).isEqualTo(5);
            assertThat(app.output()).anyMatch(line -> line.contains("5 abandoned"));
        }
    }
}
