package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.ShutdownReport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class StopTest {

    /** The drain may take 20 s. */
    private static final Duration BEFORE_THE_LIMIT = Duration.ofSeconds(15);

    @Test
    @DisplayName("scenario 73: readiness turns at once, requests are still served, liveness stays")
    void readinessComesFirst() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ofSeconds(6))) {
            assertThat(web.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(web.get("/projects").headers().firstValue("connection")).isEmpty();
            web.coordinator.shutdown("test");
            HttpResponse<String> ready = web.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("shutting down");
            HttpResponse<String> served = web.get("/projects");
            assertThat(served.statusCode()).isEqualTo(200);
            assertThat(served.headers().firstValue("connection")).hasValue("close");
            assertThat(web.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(web.coordinator.await().isClean()).isTrue();
        }
    }

    @Test
    @DisplayName("scenario 30: an event stream is notified, sends a last event and ends")
    void anEventStreamEnds() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            CompletableFuture<HttpResponse<String>> stream = web.client.sendAsync(
                    web.request("/events").header("Accept", "text/event-stream").build(), BodyHandlers.ofString());
            await().until(() -> web.coordinator.metrics().inFlight() == 1);
            long begin = System.nanoTime();
            ShutdownReport report = web.shutdown();
            assertThat(stream.get(60, TimeUnit.SECONDS).body()).contains("event: goodbye", "shutting down");
            assertThat(report.isClean()).as(report.toText()).isTrue();
            // The drain may take 20 s.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(18));
        }
    }

    @Test
    @DisplayName("scenario 29: a hundred WebSockets echo, and each gets 1001 when the drain begins")
    void webSocketsAreClosedAsGoingAway() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            List<Listening> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Listening client = new Listening();
                clients.add(client);
                web.client
                        .newWebSocketBuilder()
                        .buildAsync(web.uri("ws", "/socket"), client)
                        .get(60, TimeUnit.SECONDS)
                        .sendText("hello", true);
            }
            for (Listening client : clients) {
                assertThat(client.said.get(60, TimeUnit.SECONDS)).isEqualTo("hello");
            }
            long requested = System.nanoTime();
            ShutdownReport report = web.shutdown();
            for (Listening client : clients) {
                assertThat(client.closed.get(60, TimeUnit.SECONDS)).isEqualTo(1001);
                assertThat(Duration.ofNanos(client.closedAt - requested)).isBetween(Duration.ZERO, BEFORE_THE_LIMIT);
            }
            assertThat(report.elapsed()).isLessThan(BEFORE_THE_LIMIT);
            assertThat(report.isClean()).as(report.toText()).isTrue();
            assertThat(report.toText()).contains("100 finished");
        }
    }

    @Test
    @DisplayName("scenario 29: a WebSocket that ignores the close is cut and prolongs nothing")
    void aWebSocketThatIgnoresTheCloseIsCut() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO);
                Socket deaf = new Socket("localhost", web.uri("http", "/").getPort())) {
            deaf.setSoTimeout(60_000);
            send(
                    deaf,
                    "GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            await().until(() -> web.coordinator.metrics().inFlight() == 1);
            ShutdownReport report = web.shutdown();
            assertThat(report.isClean()).as(report.toText()).isTrue();
            assertThat(report.elapsed()).isLessThan(BEFORE_THE_LIMIT);
            byte[] received = deaf.getInputStream().readAllBytes(); // ends, although the client has not answered
            assertThat(new String(received, StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 101 ")
                    .contains("\u0088\u000f\u0003\u00e9shutting down"); // the frame of a close with 1001
        }
    }

    @Test
    @DisplayName("scenarios 26 and 27: clients that send nothing or half a request do not delay the exit")
    void silentConnectionsDoNotHoldUpTheEnd() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            int port = web.uri("http", "/").getPort();
            try (Socket silent = new Socket("localhost", port);
                    Socket half = new Socket("localhost", port);
                    Socket halfBody = new Socket("localhost", port)) {
                send(halfBody, "POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"type\"");
                send(half, "GET /projects HTTP/1.1\r\nHos");
                assertThat(web.get("/projects").statusCode()).isEqualTo(200);
                long begin = System.nanoTime();
                ShutdownReport report = web.shutdown();
                assertThat(report.isClean()).as(report.toText()).isTrue();
                // One second of grace for the idle; the limit of the resource is 10 s.
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
                assertThat(silent.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static final class Listening implements WebSocket.Listener {

        private final CompletableFuture<String> said = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        /** Written before {@link #closed} is completed. */
        private long closedAt;

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            said.complete(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closedAt = System.nanoTime();
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
