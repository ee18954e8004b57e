package io.github.shutdown4j.examples.virtualthreads;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.process.HttpLoad;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Scenario 95: each test with virtual threads and with platform threads, with the same result. */
@Timeout(300)
class VirtualThreadServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private ChildJvm start(String workers, String drainSeconds, String resourceSeconds) {
        return Example.in(directory, jvms)
                .env("PORT", "0")
                .env("WORKERS", workers)
                .env("APP_SHUTDOWN_DRAIN_TIMEOUT_SECS", drainSeconds)
                .env("APP_SHUTDOWN_RESOURCE_TIMEOUT_SECS", resourceSeconds)
                .start();
    }

    private static long inFlight(ChildJvm app) throws IOException {
        URI uri = URI.create("http://localhost:" + Example.port(app) + "/in-hand");
        try (InputStream answer = uri.toURL().openStream()) {
            return Long.parseLong(new String(answer.readAllBytes(), StandardCharsets.US_ASCII).strip());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    @DisplayName("scenarios 17 and 95: requests in flight under load are answered")
    void everythingAcceptedIsAnswered(String workers) throws Exception {
        ChildJvm app = start(workers, "18", "10");
        String url = "http://localhost:" + Example.port(app) + "/work?ms=";
        HttpLoad load = HttpLoad.start(url + 3, 8);
        await().atMost(ofSeconds(60)).until(() -> load.answered() > 100);
        load.once(url + 9_000, 200);
        // All of them: a request that arrives only after the others are answered and the drain is over would be neither
        // answered nor refused.
        await().atMost(ofSeconds(60)).until(() -> inFlight(app) >= 200);
        app.signal("TERM");
        load.awaitEnd();
        assertThat(load.broken()).isEmpty();
        assertThat(load.refused()).isGreaterThanOrEqualTo(8);
        assertThat(app.awaitExit()).hasExitCode(0).tookBetween(ZERO, Example.LIMIT);
        assertThat(Example.number(app, "work finished: ")).isEqualTo(load.answered());
        assertThat(Example.number(app, "work interrupted: ")).isZero();
        assertThat(app.out()).anyMatch(line -> line.matches(" +requests +done .* [1-9][0-9]* finished"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    @DisplayName("scenarios 18 and 95: a request that exceeds its time is interrupted and can still respond")
    void whoIsOutOfTimeIsInterrupted(String workers) throws Exception {
        ChildJvm app = start(workers, "1", "1");
        String url = "http://localhost:" + Example.port(app) + "/work?ms=";
        HttpLoad load = HttpLoad.start(url + 60_000, 5);
        await().atMost(ofSeconds(60)).until(() -> inFlight(app) == 5);
        app.signal("TERM");
        load.awaitEnd();
        assertThat(load.broken()).isEmpty();
        assertThat(load.refused()).as("told to try elsewhere").isEqualTo(5);
        assertThat(app.awaitExit())
                .hasExitCode(1)
                .tookBetween(ofMillis(1_500), Example.LIMIT)
                .printed("5 abandoned");
        assertThat(Example.number(app, "work interrupted: ")).isEqualTo(5);
    }

    @Test
    void stoppedUnderLoadItLosesNothing() throws Exception {
        StopsUnderLoad.of(() -> Example.in(directory, jvms).env("APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "1"))
                .loseNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtual", "platform"})
    void halfARequestIsNotWaitedForUntilTheLimit(String workers) throws Exception {
        ChildJvm app = start(workers, "15", "20");
        try (Socket client = new Socket("localhost", Example.port(app))) {
            client.getOutputStream().write("GET /work?ms=1 HT".getBytes(StandardCharsets.US_ASCII));
            app.signal("TERM");
            assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing();
        }
    }
}
