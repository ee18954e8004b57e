package io.github.shutdown4j.examples.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Stops a server while a WebSocket is open that the client would never close. */
public final class WebSocketStop {

    private static final int GOING_AWAY = 1001;
    private static final int SWITCHING_PROTOCOLS = 101;

    private WebSocketStop() {}

    /**
     * For a server like that of {@link StopsUnderLoad} that also sends back what a WebSocket at {@code /echo} receives.
     * The announcement takes a second. Another client has got its answer and owes the rest of its request.
     */
    public static void saysGoingAway(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        CompletableFuture<String> echo = new CompletableFuture<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        int port = Example.port(app);
        WebSocket socket = open(port, new Listener(echo, closed)).get(60, TimeUnit.SECONDS);
        socket.sendText("hello", true).get(60, TimeUnit.SECONDS);
        assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo("hello");
        try (HttpConnection debtor = new HttpConnection(port)) {
            debtor.sendHalf("/work?ms=5");
            assertThat(debtor.receive().status()).isBetween(200, 499);
            stop(app, port, closed);
        }
    }

    /** For such a server: a client that does not reply to the close is not waited for to the limit of the drain. */
    public static void doesNotWaitForASilentClient(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection socket = new HttpConnection(port)) {
            socket.upgradeToWebSocket("/echo");
            app.signal("TERM");
            assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), ofSeconds(18));
        }
    }

    private static void stop(ChildJvm app, int port, CompletableFuture<Integer> closed) throws Exception {
        app.signal("TERM");
        await().atMost(ofSeconds(60)).until(() -> isAnnounced(port));
        opensOrIsRefused(port);
        assertThat(closed.get(60, TimeUnit.SECONDS)).as("the code of the close").isEqualTo(GOING_AWAY);
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
    }

    private static CompletableFuture<WebSocket> open(int port, WebSocket.Listener listener) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", "http://localhost:" + port) // as a browser would
                .buildAsync(URI.create("ws://localhost:" + port + "/echo"), listener);
    }

    /** Whether responses close their connection, or there are none any more. */
    private static boolean isAnnounced(int port) {
        try (HttpConnection connection = new HttpConnection(port)) {
            return connection.get("/work?ms=5").last();
        } catch (IOException closed) {
            return true;
        }
    }

    /**
     * During the announcement a WebSocket can be opened, and is told of the end as well. "Connection: close" would spoil the
     * response that opens it. On a stalled machine the announcement is over, and the WebSocket is refused.
     */
    private static void opensOrIsRefused(int port) throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        try {
            open(port, new Listener(new CompletableFuture<>(), closed)).get(60, TimeUnit.SECONDS);
            assertThat(closed.get(60, TimeUnit.SECONDS)).isEqualTo(GOING_AWAY);
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).isInstanceOf(IOException.class);
            if (failed.getCause() instanceof WebSocketHandshakeException refused) {
                assertThat(refused.getResponse().statusCode())
                        .as("%s", refused.getResponse().headers())
                        .isNotEqualTo(SWITCHING_PROTOCOLS);
            }
        }
    }

    private record Listener(CompletableFuture<String> echo, CompletableFuture<Integer> closed)
            implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            echo.complete(data.toString());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(null); // the client replies
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
