package io.github.shutdown4j.examples.netty;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.process.HttpLoad;
import io.github.shutdown4j.examples.process.LeavingClient;
import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(300)
class NettyServiceTest {

    private static final String REQUEST = "GET /?ms=%d HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private ChildJvm start(String drainSeconds) {
        return Example.in(directory, jvms)
                .env("PORT", "0")
                .env("APP_SHUTDOWN_TIMEOUT_SECS", "60")
                .env("APP_SHUTDOWN_DRAIN_TIMEOUT_SECS", drainSeconds)
                .start();
    }

    /**
     * A connection on which the server has read this request: it follows directly behind a request that is answered at
     * once, and that response is awaited.
     */
    private static Socket sent(int port, String request) throws Exception {
        return awaitFirstAnswer(send(port, request));
    }

    private static Socket send(int port, String request) throws Exception {
        Socket socket = new Socket("localhost", port);
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write((REQUEST.formatted(0) + request).getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static Socket awaitFirstAnswer(Socket socket) throws Exception {
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("done\n")) {
            answer.append((char) socket.getInputStream().read());
        }
        return socket;
    }

    /** The server has closed the connection. */
    private static String read(Socket socket) throws Exception {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void workOfAClientThatHasLeftIsFinished() throws Exception {
        LeavingClient.workIsFinished(Example.in(directory, jvms));
    }

    @Test
    @DisplayName("scenarios 17, 24 and 33: under load every request is answered and every connection closed")
    void everythingAcceptedIsAnswered() throws Exception {
        ChildJvm app = start("40");
        int port = Example.port(app);
        HttpLoad load = HttpLoad.start("http://localhost:" + port + "/?ms=3", 8);
        await().atMost(ofSeconds(60)).until(() -> load.answered() > 100);
        List<Socket> inFlight = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            inFlight.add(send(port, REQUEST.formatted(8_000)));
        }
        Socket arriving = send(port, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello");
        awaitFirstAnswer(arriving);
        for (Socket socket : inFlight) { // after all were sent: the first must not be over before the last is read
            awaitFirstAnswer(socket);
        }
        app.signal("TERM");

        for (Socket socket : inFlight) {
            assertThat(read(socket)).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
            socket.close();
        }
        arriving.getOutputStream().write("world".getBytes(StandardCharsets.US_ASCII));
        assertThat(read(arriving)).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
        arriving.close();
        load.awaitEnd();
        assertThat(load.broken()).isEmpty();
        assertThat(load.refused()).isEqualTo(8);
        assertThat(app.awaitExit()).hasExitCode(0).tookBetween(ZERO, ofSeconds(39));
        assertThat(Example.number(app, "work finished: ")).isEqualTo(load.answered() + 2 * 20 + 2);
    }

    @Test
    @DisplayName("scenarios 26 and 27: clients that send nothing or half a request are cut; no quiet period follows")
    void idleConnectionsDoNotHoldTheDrain() throws Exception {
        Attempts.upToThree(this::idleConnectionsAreCut);
    }

    private void idleConnectionsAreCut() throws Exception {
        ChildJvm app = start("40");
        int port = Example.port(app);
        try (Socket silent = new Socket("localhost", port);
                Socket idle = sent(port, "");
                Socket half = sent(port, "GET / HTTP/1.1\r\nHo")) {
            app.signal("TERM");
            assertThat(read(silent)).isEmpty();
            assertThat(read(idle)).isEmpty();
            assertThat(read(half)).isEmpty();
            assertThat(app.awaitExit()).hasExitCode(0).tookBetween(ofMillis(300), ofSeconds(39));
            assertThat(app.out()).anyMatch(line -> line.matches(" +event loops +done .*"));
            // Netty's own quiet period would make it 2 s or more.
            Attempts.inTime(() -> assertThat(app.out())
                    .anyMatch(line -> line.matches(" +event loops +done +([0-9.]+ (ms|us)|1[0-9.]* s)")));
        }
    }

    @Test
    @DisplayName("pipelined requests are answered in order; the drain ends with the one in flight")
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        ChildJvm app = start("40");
        long from = System.nanoTime(); // before they are sent: this thread may lose the processor after that
        try (Socket socket = sent(Example.port(app), REQUEST.formatted(300) + REQUEST.formatted(0))) {
            StringBuilder answers = new StringBuilder();
            while (answers.toString().split("done\n", -1).length < 3) {
                answers.append((char) socket.getInputStream().read());
                if (answers.toString().endsWith("done\n")) {
                    assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(ofMillis(200));
                }
            }
            socket.getOutputStream()
                    .write((REQUEST.formatted(0) + REQUEST.formatted(8_000) + REQUEST.formatted(0))
                            .getBytes(StandardCharsets.US_ASCII));
            awaitFirstAnswer(socket); // so the second is in flight
            app.signal("TERM");
            assertThat(read(socket))
                    .startsWith("HTTP/1.1 200")
                    .containsOnlyOnce("done")
                    .contains("close");
            assertThat(app.awaitExit()).hasExitCode(0);
        }
    }

    @Test
    @DisplayName("scenario 18: a request longer than the drain is cut off at its limit and reported")
    void tooLongRequestIsCutOff() throws Exception {
        ChildJvm app = start("1");
        try (Socket tooLong = sent(Example.port(app), REQUEST.formatted(60_000))) {
            app.signal("TERM");
            assertThat(app.awaitExit())
                    .hasExitCode(1)
                    .tookBetween(ofMillis(900), ofSeconds(40)) // the request takes a minute
                    .printed("1 abandoned");
            assertThat(read(tooLong)).isEmpty();
        }
    }
}
