package io.github.shutdown4j.examples.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stops a server that still works on one request, and has handled another one but cannot write its answer, because the
 * client does not read.
 */
public final class AnswersInFlight {

    /** Each has five bytes: more than the buffers of both sockets hold. */
    private static final int LINES = 3_000_000;

    private AnswersInFlight() {}

    /**
     * For a server as {@link StopsUnderLoad} has it that answers {@code /work?ms=N&lines=M} with M times "done" and a line
     * feed. The client reads the many lines some time after the other answer has arrived, when the server waits for nothing
     * else. A third client leaves before its answer, and is not waited for.
     */
    public static void areWritten(ChildJvmLauncher server) throws Exception {
        ChildJvm app = server.quick().env("PORT", "0").start();
        int port = Example.port(app);
        try (Socket reader = new Socket();
                HttpConnection slow = new HttpConnection(port)) {
            reader.setReceiveBufferSize(10_000);
            reader.setSoTimeout(60_000);
            reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            reader.getOutputStream()
                    .write(("GET /work?ms=5&lines=" + LINES + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream large = reader.getInputStream();
            assertThat(large.readNBytes(1_000))
                    .asString(StandardCharsets.US_ASCII)
                    .contains(" 200 ", "done\n");
            slow.send("/work?ms=1500");
            try (HttpConnection other = new HttpConnection(port)) {
                other.send("/work?ms=1200");
            }
            app.signal("TERM");
            await().atMost(ofSeconds(60)).until(() -> refuses(port));
            assertThat(slow.receive()).isEqualTo(new HttpConnection.Answer(200, true));
            await().during(ofMillis(300)).atMost(ofSeconds(60)).until(() -> refuses(port));
            large.skipNBytes(5L * LINES - 1_000);
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), ofSeconds(20));
    }

    private static boolean refuses(int port) {
        try (HttpConnection other = new HttpConnection(port)) {
            return other.get("/work?ms=5").status() == 503;
        } catch (IOException closed) {
            return true;
        }
    }
}
