package io.github.shutdown4j;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Health with checks, queried by a real client. */
@Timeout(180)
class HealthHandlerTest {

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final ShutdownCoordinator coordinator =
            ShutdownCoordinator.builder().embedded().tracker(requests).build();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean up = new AtomicBoolean(true);
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/live", HealthHandler.live(coordinator.health()));
        server.createContext("/ready", HealthHandler.ready(coordinator.health()));
        server.start();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
    }

    @AfterEach
    void stop() throws InterruptedException {
        coordinator.shutdown();
        coordinator.await();
        server.stop(0);
        threads.shutdownNow();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(ofSeconds(60))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(send("GET", path).body());
    }

    @Test
    void getHasABodyAndHeadHasItsLength() throws Exception {
        HttpResponse<String> get = send("GET", "/ready");
        assertThat(get.statusCode()).isEqualTo(200);
        assertThat(get.body())
                .isEqualTo("{\"live\":true,\"ready\":true,\"detail\":\"ready\",\"phase\":null,\"checks\":[]}");
        assertThat(get.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(get.headers().firstValue("Cache-Control")).contains("no-store");
        HttpResponse<String> head = send("HEAD", "/ready");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length"))
                .hasValue(get.body().length());
        HttpResponse<String> post = send("POST", "/ready");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void unhealthyCheckIsNamedAndOnlyReadinessSuffers() throws Exception {
        coordinator
                .health()
                .addCheck("cache", () -> true, ofSeconds(20), Duration.ZERO)
                .addCheck("db", up::get, ofSeconds(20), Duration.ZERO);
        assertThat(coordinator.health().isReady()).isTrue();
        assertThat(json("/ready").at("/checks/1/healthy").asBoolean()).isTrue();
        assertThat(coordinator.metrics().ready()).isOne();
        up.set(false);
        assertThat(send("GET", "/ready").statusCode()).isEqualTo(503);
        JsonNode unready = json("/ready");
        assertThat(unready.get("detail").asText()).isEqualTo("unhealthy: db (answered no)");
        assertThat(unready.at("/checks/0/healthy").asBoolean()).isTrue();
        assertThat(unready.at("/checks/1/name").asText()).isEqualTo("db");
        assertThat(unready.at("/checks/1/healthy").asBoolean()).isFalse();
        assertThat(coordinator.health().isReady()).isFalse();
        assertThat(coordinator.metrics().ready()).isZero();
        assertThat(send("GET", "/live").statusCode()).isEqualTo(200);
        // The body of the live probe does not contradict that, and runs no check.
        up.set(true);
        JsonNode live = json("/live");
        assertThat(live.get("ready").asBoolean()).isFalse();
        assertThat(live.get("detail")).isEqualTo(unready.get("detail"));
        assertThat(live.at("/checks/1/name").asText()).isEqualTo("db");
        assertThat(send("GET", "/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void shutdownThatIsRequestedDuringTheChecksIsNoticed() {
        coordinator.health().addCheck("db", () -> coordinator.shutdown("the test"), ofSeconds(20));
        assertThat(coordinator.health().isReady()).isFalse();
    }

    @Test
    void checkThatHangsCostsItsLimitOnceAndNeverMore() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        coordinator
                .health()
                .addCheck(
                        "db",
                        () -> {
                            runs.incrementAndGet();
                            never.await();
                            return true;
                        },
                        Duration.ofMillis(100),
                        ofSeconds(60));
        long start = System.nanoTime();
        assertThat(coordinator.health().detail()).isEqualTo("unhealthy: db (no answer within 100 ms)");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(100), ofSeconds(50));
        assertThat(coordinator.health().isReady()).isFalse();
        await().untilAsserted(() -> assertThat(runs).hasValue(1)); // it may only now begin to run
        never.countDown();
    }

    @Test
    void checksDoNotRunOnceAShutdownIsRequested() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        coordinator.health().addCheck("db", () -> runs.incrementAndGet() > 0, ofSeconds(20), Duration.ZERO);
        ConnectionGuard inFlight = requests.acquire();
        coordinator.shutdown();
        JsonNode ending = json("/ready");
        assertThat(send("GET", "/ready").statusCode()).isEqualTo(503);
        assertThat(ending.get("ready").asBoolean()).isFalse();
        assertThat(ending.get("detail").asText()).startsWith("shutting down");
        assertThat(ending.get("checks")).isEmpty();
        assertThat(send("GET", "/live").statusCode()).isEqualTo(200);
        assertThat(runs).hasValue(0);
        inFlight.close();
        coordinator.await();
        assertThat(send("GET", "/live").statusCode()).isEqualTo(503);
    }

    @Test
    void mistakesAreRefusedAtTheCall() {
        ShutdownHealth health = coordinator.health();
        assertThatThrownBy(() -> health.addCheck(" ", () -> true, ofSeconds(1)))
                .hasMessageContaining("name must not be");
        assertThatThrownBy(() -> health.addCheck("db", null, ofSeconds(1))).hasMessage("check must not be null");
        assertThatThrownBy(() -> health.addCheck("db", () -> true, Duration.ZERO))
                .hasMessage("limit must be more than zero, was 0 s");
        assertThatThrownBy(() -> health.addCheck("db", () -> true, ofSeconds(1), ofSeconds(-1)))
                .hasMessage("maxAge must not be negative, was -1 s");
        health.addCheck("db", () -> true, ofSeconds(1));
        assertThatThrownBy(() -> health.addCheck("db", () -> true, ofSeconds(1)))
                .hasMessage("a check named 'db' was added before; give each its own name");
        assertThatThrownBy(() -> HealthHandler.ready(null)).hasMessage("health must not be null");
    }
}
