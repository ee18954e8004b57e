package io.github.shutdown4j.examples.process;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

/** Stops a server while a WebSocket is open that the client would never close. */
public final class WebSocketStop {

    private static final int GOING_AWAY = 1001;

    private WebSocketStop() {}

    /**
     * For a server like that of {@link StopsUnderLoad} that also sends back what a WebSocket at {@code /echo} receives.
     * The announcement takes a second.
     */
    public static void saysGoingAway(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        CompletableFuture<String> echo = new CompletableFuture<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        int port = Example.port(app);
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", "http://localhost:" + port) // as a browser would
                .buildAsync(URI.create("ws://localhost:" + port + "/echo"), new Listener(echo, closed))
                .get(60, TimeUnit.SECONDS);
        socket.sendText("hello", true).get(60, TimeUnit.SECONDS);
        assertThat(echo.get(60, TimeUnit.SECONDS)).isEqualTo("hello");
        app.signal("TERM");
        assertThat(closed.get(60, TimeUnit.SECONDS)).as("the code of the close").isEqualTo(GOING_AWAY);
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
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
