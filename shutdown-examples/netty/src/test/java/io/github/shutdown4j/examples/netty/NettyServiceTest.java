package io.github.shutdown4j.examples.netty;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.ExampleProcess;
import io.github.shutdown4j.examples.process.HttpLoad;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class NettyServiceTest {

    private static final String REQUEST = "GET /?ms=%d HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir
    private Path folder;

    private ExampleProcess start(String drainSeconds) throws Exception {
        return ExampleProcess.start(folder, Map.of("PORT", "0", "APP_SHUTDOWN_DRAIN_TIMEOUT_SECS", drainSeconds));
    }

    private static Socket send(int port, String request) throws Exception {
        Socket socket = new Socket("localhost", port);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String read(Socket socket) throws Exception {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    @DisplayName("scenarios 17, 24 and 33: under load every request is answered, and every connection is let go")
    void everythingAcceptedIsAnswered() throws Exception {
        try (ExampleProcess app = start("10")) {
            String url = "http://localhost:" + app.awaitPort();
            HttpLoad load = HttpLoad.start(url + "/?ms=3", 8);
            await().until(() -> load.answered() > 100);
            load.once(url + "/?ms=1500", 50);
            try (Socket last = send(app.awaitPort(), REQUEST.formatted(1_500))) {
                await().pollDelay(ofMillis(500)).until(() -> true); // so that the server has read them all
                app.signal("TERM");
                assertThat(read(last)).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
            }
            load.awaitEnd();
            assertThat(load.broken()).isEmpty();
            assertThat(load.refused()).isEqualTo(8);
            assertThat(app.awaitExit(0)).isBetween(ofMillis(500), ofSeconds(4));
            assertThat(app.number("work finished: ")).isEqualTo(load.answered() + 1);
        }
    }

    @Test
    @DisplayName("scenarios 26 and 27: who says nothing, or half of something, is let go; no quiet period follows")
    void idleConnectionsDoNotHoldTheDrain() throws Exception {
        try (ExampleProcess app = start("10");
                Socket silent = send(app.awaitPort(), "");
                Socket half = send(app.awaitPort(), "GET / HTTP/1.1\r\nHo")) {
            await().pollDelay(ofMillis(200)).until(() -> true); // so that they are connected
            app.signal("TERM");
            assertThat(read(silent)).isEmpty();
            assertThat(read(half)).isEmpty();
            // Netty's own quiet period alone would be 2 s.
            assertThat(app.awaitExit(0)).isBetween(ofMillis(300), ofMillis(1_900));
            assertThat(app.output()).anyMatch(line -> line.contains("2 finished"));
        }
    }

    @Test
    @DisplayName("scenario 18: a request longer than the drain is cut off at its limit and reported")
    void tooLongRequestIsCutOff() throws Exception {
        try (ExampleProcess app = start("1");
                Socket tooLong = send(app.awaitPort(), REQUEST.formatted(60_000))) {
            await().pollDelay(ofMillis(200)).until(() -> true); // so that the server has read it
            app.signal("TERM");
            assertThat(app.awaitExit(1)).isBetween(ofMillis(900), ofSeconds(3));
            assertThat(read(tooLong)).isEmpty();
            assertThat(app.output()).anyMatch(line -> line.contains("1 abandoned"));
        }
    }
}
