package io.github.shutdown4j.examples.springboot;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.HttpLoad;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(400)
class SpringBootServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private int status(int port, String path) throws IOException, InterruptedException {
        return get(port, path).statusCode();
    }

    /**
     * Four clients that send requests repeatedly, and one whose request takes seconds longer: all four are refused
     * before it is answered. Otherwise one could connect at the moment the port is closed, and be cut. The long request
     * is the last that begins, so that none of its time is spent on the first use of classes.
     */
    private HttpLoad loadInFlight(int port) {
        String url = "http://localhost:" + port + "/work?ms=";
        HttpLoad load = HttpLoad.start(url + 1_000, 4);
        await().atMost(ofSeconds(60)).until(() -> load.answered() >= 4 && inFlight(port) == 4);
        load.once(url + 8_000, 1);
        await().atMost(ofSeconds(60)).until(() -> inFlight(port) == 5);
        return load;
    }

    private int inFlight(int port) throws IOException, InterruptedException {
        String metric = get(port, "/actuator/metrics/shutdown.in.flight").body();
        return (int) Double.parseDouble(metric.replaceFirst(".*\"value\":([0-9.]+).*", "$1"));
    }

    @Test
    @DisplayName(
            "scenarios 17 and 73: readiness turns first, then new requests are refused, and all accepted ones are answered")
    void everythingAcceptedIsAnswered() throws Exception {
        ChildJvm app = Example.in(directory, jvms)
                .env("PORT", "0")
                .env("MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "health,metrics")
                .env("APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "5")
                .start();
        int port = Example.port(app);
        String url = "http://localhost:" + port;
        assertThat(status(port, "/actuator/health/readiness")).isEqualTo(200);

        HttpLoad load = HttpLoad.start(url + "/work?ms=5", 8);
        await().atMost(ofSeconds(60))
                .until(() -> load.answered() > 50 || !load.broken().isEmpty());
        // They begin once everything is warm, and outlast the announcement, or there is no drain to observe.
        load.once(url + "/work?ms=11000", 20).once(url + "/later?ms=11000", 8);
        await().atMost(ofSeconds(60)).until(() -> inFlight(port) >= 28);
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
        assertThat(app.awaitExit())
                .hasExitCode(0)
                .tookBetween(ofSeconds(5), Example.LIMIT)
                // the beans outlive the requests, and the log the beans
                .printed("work finished", "Shutdown report: received SIGTERM");
        assertThat(Example.number(app, "work finished: ")).isEqualTo(load.answered() + asked);
        assertThat(app.out())
                .as("the context is closed once")
                .filteredOn(line -> line.startsWith("work finished"))
                .hasSize(1);
    }

    @Test
    void webSocketIsClosedByTheServer() throws Exception {
        WebSocketStop.saysGoingAway(jvms.main(SpringBootService.class).env("APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "1"));
    }

    @Test
    void streamOfHttp2IsAnswered() throws Exception {
        Http2Stop.of(Example.in(directory, jvms)
                        .env("SERVER_HTTP2_ENABLED", "true")
                        .env("APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "1"))
                .answersTheStream()
                .saysGoaway();
    }

    @Test
    void endpointOfTheActuatorLetsRequestsInFlightFinish() throws Exception {
        ChildJvm app = Example.in(directory, jvms)
                .env("PORT", "0")
                .env("MANAGEMENT_ENDPOINT_SHUTDOWN_ACCESS", "unrestricted")
                .env("MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "shutdown,metrics")
                .start();
        int port = Example.port(app);
        URI endpoint = URI.create("http://localhost:" + port + "/actuator/shutdown");
        HttpLoad load = loadInFlight(port);
        HttpRequest post = HttpRequest.newBuilder(endpoint)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        load.awaitEnd();
        assertThat(load.broken()).isEmpty();
        assertThat(load.refused()).isEqualTo(4);
        assertThat(app.awaitExit()).hasExitCode(0).printed("Shutdown report: requested by the actuator");
        assertThat(app.out())
                .filteredOn(line -> line.equals("outbox sent") || line.startsWith("work finished"))
                .hasSize(2)
                .first()
                .isEqualTo("outbox sent");
    }

    @Test
    @DisplayName(
            "the JVM exits by itself, here at a SIGHUP: the beans are destroyed once, and the log works until the end")
    void exitCalledByOtherCodeLosesNothing() throws Exception {
        ChildJvm app = Example.in(directory, jvms)
                .env("PORT", "0")
                .env("MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "metrics")
                .start();
        HttpLoad load = loadInFlight(Example.port(app));
        app.signal("HUP");
        load.awaitEnd();
        assertThat(load.broken()).isEmpty();
        assertThat(load.refused()).isEqualTo(4);
        assertThat(app.awaitExit()).hasExitCode(129);
        assertThat(Example.number(app, "work finished: ")).isEqualTo(load.answered());
        assertThat(app.out())
                .as("Spring's own JVM hook would stop the log beside the shutdown")
                .anyMatch(line -> line.contains("Shutdown report: ") && line.contains("clean"));
    }

    @Test
    void contextThatCannotStartEndsItsProcess() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            ChildJvm app = Example.in(directory, jvms)
                    .env("PORT", Integer.toString(taken.getLocalPort()))
                    .start();
            assertThat(app.awaitExit()).hasExitCode(1).printed("Shutdown report: service 'spring' failed");
        }
    }
}
