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
import static org.awaitility.Awaitility.await;

/** Stops a server that has handled a request and still has most of the answer to write, because its client does not read. */
public final class LargeAnswerStop {

    /** More than the buffers of both sockets hold. */
    public static final int SIZE = 16_000_000;

    private LargeAnswerStop() {}

    /**
     * For a server as {@link StopsUnderLoad} has it that also answers {@code /large} with {@link #SIZE} characters "x". The
     * client reads on when the server refuses another request, which is after the drain has begun.
     */
    public static void writesItAll(ChildJvmLauncher server) throws Exception {
        ChildJvm app = server.quick().env("PORT", "0").start();
        int port = Example.port(app);
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(10_000);
            client.setSoTimeout(60_000);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            client.getOutputStream()
                    .write("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = client.getInputStream();
            while (in.read() != 'x') {} // the head of the answer has none
            app.signal("TERM");
            await().atMost(ofSeconds(60)).until(() -> refuses(port));
            in.skipNBytes(SIZE - 1);
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), ofSeconds(20));
    }

    private static boolean refuses(int port) {
        try (HttpConnection other = new HttpConnection(port)) {
            return other.get("/work?ms=0").status() == 503;
        } catch (IOException closed) {
            return true;
        }
    }
}
