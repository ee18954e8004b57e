package io.github.shutdown4j.examples.springboot;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.ExampleProcess;
import io.github.shutdown4j.examples.process.HttpLoad;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class SpringBootServiceTest {

    @TempDir
    private Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private int status(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @Test
    @DisplayName("scenarios 17 and 73: readiness goes first, then newcomers, and everything accepted is answered")
    void everythingAcceptedIsAnswered() throws Exception {
        try (ExampleProcess app =
                ExampleProcess.start(folder, Map.of("PORT", "0", "APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "3"))) {
            int port = app.awaitPort();
            String url = "http://localhost:" + port;
            assertThat(status(port, "/actuator/health/readiness")).isEqualTo(200);

            HttpLoad load = HttpLoad.start(url + "/work?ms=5", 8);
            await().atMost(ofSeconds(60))
                    .until(() -> load.answered() > 50 || !load.broken().isEmpty());
            // Once all is warm: they must outlast the announcement, or there is no drain to look at.
            load.once(url + "/work?ms=8000", 20).once(url + "/later?ms=8000", 8);
            app.signal("TERM");

            await().atMost(ofSeconds(60)).until(() -> status(port, "/actuator/health/readiness") == 503);
            int asked = 0;
            while (status(port, "/work") == 200) {
                asked++;
            }
            assertThat(asked).as("answers while the end is announced").isPositive();
            assertThat(status(port, "/actuator/health/readiness")).isEqualTo(503);
            assertThat(status(port, "/actuator/health/liveness")).isEqualTo(200);

            load.awaitEnd();
            assertThat(load.broken()).isEmpty();
            assertThat(load.refused()).isGreaterThanOrEqualTo(8);
            // The requests of 8 s began while the end was announced; a loaded machine needs more, but not its limits.
            assertThat(app.awaitExit(0)).isBetween(ofSeconds(3), ofSeconds(25));
            assertThat(app.number("work finished: ")).isEqualTo(load.answered() + asked);
            assertThat(app.output()).anyMatch(line -> line.contains("Shutdown report: received SIGTERM"));
            assertThat(app.output())
                    .as("the context is closed once")
                    .filteredOn(line -> line.startsWith("work finished"))
                    .hasSize(1);
            assertThat(app.output().indexOf(app.awaitLine("work finished")))
                    .as("the beans outlive the requests, and the log the beans")
                    .isLessThan(app.output().indexOf(app.awaitLine("Shutdown report")));
        }
    }

    @Test
    void contextThatSomebodyElseClosesEndsTheProcess() throws Exception {
        Map<String, String> withShutdownEndpoint = Map.of(
                "PORT", "0",
                "MANAGEMENT_ENDPOINT_SHUTDOWN_ACCESS", "unrestricted",
                "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "shutdown");
        try (ExampleProcess app = ExampleProcess.start(folder, withShutdownEndpoint)) {
            URI endpoint = URI.create("http://localhost:" + app.awaitPort() + "/actuator/shutdown");
            HttpRequest post = HttpRequest.newBuilder(endpoint)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            app.awaitExit(0);
            assertThat(app.output()).anyMatch(line -> line.contains("Shutdown report: requested by the closed Spring"));
        }
    }

    @Test
    @DisplayName(
            "the JVM exits by itself, here at a SIGHUP: the beans are destroyed once, and the log tells to the end")
    void exitThatSomebodyElseCallsLosesNothing() throws Exception {
        try (ExampleProcess app = ExampleProcess.start(folder, Map.of("PORT", "0"))) {
            HttpLoad load = HttpLoad.start("http://localhost:" + app.awaitPort() + "/work?ms=1000", 4);
            await().until(() -> load.answered() > 0);
            app.signal("HUP");
            load.awaitEnd();
            assertThat(load.broken()).isEmpty();
            app.awaitExit(129);
            assertThat(app.number("work finished: ")).isEqualTo(load.answered());
            assertThat(app.output())
                    .as("Spring's own JVM hook would stop the log beside the shutdown")
                    .anyMatch(line -> line.contains("Shutdown report: ") && line.contains("clean"));
        }
    }

    @Test
    void contextThatCannotStartEndsItsProcess() throws Exception {
        try (ServerSocket taken = new ServerSocket(0);
                ExampleProcess app =
                        ExampleProcess.start(folder, Map.of("PORT", Integer.toString(taken.getLocalPort())))) {
            app.awaitExit(1);
            assertThat(app.output()).anyMatch(line -> line.contains("Shutdown report: service 'spring' failed"));
        }
    }
}
