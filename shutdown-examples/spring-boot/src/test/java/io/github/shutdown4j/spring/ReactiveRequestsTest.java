package io.github.shutdown4j.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import reactor.core.publisher.Mono;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.report.ShutdownReport;

import static io.github.shutdown4j.spring.EmbeddedContext.ready;
import static io.github.shutdown4j.spring.EmbeddedContext.requests;
import static io.github.shutdown4j.spring.EmbeddedContext.run;
import static io.github.shutdown4j.spring.EmbeddedContext.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** WebFlux, on the server that Spring Boot selects. */
@Timeout(240)
class ReactiveRequestsTest {

    /** Of an answer: more than the buffers of both sockets hold. */
    private static final int SIZE = 16_000_000;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        private final CompletableFuture<String> answer = new CompletableFuture<>();

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .GET("/large", request -> ServerResponse.ok().bodyValue("x".repeat(SIZE)))
                    .GET("/later", request -> ServerResponse.ok().body(Mono.fromFuture(answer, true), String.class))
                    .build();
        }

        @Bean
        HandlerMapping sockets() {
            return new SimpleUrlHandlerMapping(
                    Map.of("/echo", (WebSocketHandler) socket -> socket.send(socket.receive())), -1);
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private CompletableFuture<HttpResponse<String>> get(ConfigurableApplicationContext context, String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(uri(context, path))
                        .timeout(Duration.ofSeconds(60))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatWasAcceptedIsAnsweredAndTheRestRefusedBeforeTheContextIsClosed() throws Exception {
        ConfigurableApplicationContext context = run(Application.class, "--spring.main.web-application-type=reactive");
        ShutdownCoordinator coordinator = ready(context);
        ConnectionTracker requests = requests(context);

        CompletableFuture<HttpResponse<String>> accepted = get(context, "/later");
        await().atMost(Duration.ofSeconds(60)).until(() -> requests.inFlight() == 1);
        // A request whose client disconnects leaves no guard.
        get(context, "/later").cancel(true);
        coordinator.shutdown("the test");
        await().atMost(Duration.ofSeconds(60)).until(requests::isClosed);
        HttpResponse<String> refused = get(context, "/later").get(60, TimeUnit.SECONDS);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("connection")).hasValue("close");
        assertThat(get(context, "/actuator/health/liveness")
                        .get(60, TimeUnit.SECONDS)
                        .statusCode())
                .isEqualTo(200);

        context.getBean(Application.class).answer.complete("done");
        HttpResponse<String> answered = accepted.get(60, TimeUnit.SECONDS);
        assertThat(answered.body()).isEqualTo("done");
        assertThat(answered.headers().firstValue("connection")).hasValue("close");
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(context.isActive()).isFalse();
    }

    @Test
    void onlyTheAnswerThatOpensAWebSocketKeepsItsConnection() throws Exception {
        ConfigurableApplicationContext context = run(
                Application.class, "--spring.main.web-application-type=reactive", "--shutdown.announce-delay-secs=2");
        ShutdownCoordinator coordinator = ready(context);
        int port = uri(context, "/").getPort();
        assertThat(upgrade(port, "/none")).startsWith("HTTP/1.1 404").doesNotContain("connection:");
        // The drain waits for it, so that the port is open however late the requests come.
        try (ConnectionGuard alsoInFlight = requests(context).acquire()) {
            coordinator.shutdown("the test");
            assertThat(upgrade(port, "/echo")).containsPattern("^HTTP/1.1 101[^!]*connection: upgrade|^HTTP/1.1 503");
            assertThat(upgrade(port, "/none"))
                    .containsPattern("^HTTP/1.1 (404|503)")
                    .contains("connection: close");
        }
        ShutdownReport report = coordinator.await();
        assertThat(report.elapsed()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(60));
    }

    /** The head of the answer to a request that asks for a WebSocket, with the names of its headers in lower case. */
    private static String upgrade(int port, String path) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(60_000);
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder(in.readLine());
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                head.append('\n').append(line.toLowerCase(Locale.ROOT));
            }
            return head.toString();
        }
    }

    @Test
    void answerIsWrittenToItsEndBeforeTheContextIsClosed() throws Exception {
        ConfigurableApplicationContext context = run(Application.class, "--spring.main.web-application-type=reactive");
        ShutdownCoordinator coordinator = ready(context);
        ConnectionTracker requests = requests(context);
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(10_000);
            slow.setSoTimeout(60_000);
            slow.connect(new InetSocketAddress("localhost", uri(context, "/").getPort()));
            slow.getOutputStream()
                    .write("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            slow.getInputStream().skipNBytes(1_000);
            coordinator.shutdown("the test");
            await().atMost(Duration.ofSeconds(60)).until(requests::isClosed);
            await().during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> requests.inFlight() == 1);
            slow.getInputStream().skipNBytes(SIZE - 1_000);
        }
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void requestWithoutAPathIsServed() {
        ConnectionTracker requests =
                ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
        var filter = new ReactiveRequestTrackingFilter(requests, new ProbePaths(List.of("/actuator")));
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("http://localhost"));
        List<String> inFlight = new ArrayList<>();
        filter.filter(exchange, same -> Mono.fromRunnable(() -> inFlight.add(requests.inFlight() + " in flight")))
                .block(Duration.ofSeconds(60));
        assertThat(inFlight).containsExactly("1 in flight");
        assertThat(requests.inFlight()).isZero();
    }
}
