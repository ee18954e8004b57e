package io.github.shutdown4j.connections;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A real JDK server with the filter, and raw clients that keep their connections open. */
@Timeout(180)
class HttpServerFilterTest {

    private final ConnectionTracker tracker = ConnectionTracker.create("requests");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch mayContinue = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
                    try (exchange) {
                        if (exchange.getRequestURI().getPath().equals("/slow")) {
                            arrived.countDown();
                            mayContinue.await();
                        }
                        byte[] body = Long.toString(tracker.inFlight()).getBytes(StandardCharsets.US_ASCII);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                })
                .getFilters()
                .add(HttpServerFilter.of(tracker));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void requestIsCountedAndTheConnectionKept() throws IOException {
        try (Socket client = connect()) {
            for (int i = 1; i <= 3; i++) {
                send(client, "/");
                assertThat(answer(client))
                        .startsWith("http/1.1 200")
                        .doesNotContain("connection: close")
                        .endsWith("1");
                assertThat(tracker.admitted()).isEqualTo(i);
                awaitNoneInFlight();
            }
        }
    }

    @Test
    void requestAfterTheAnnouncementIsServedWithConnectionClose() throws IOException {
        try (Socket client = connect()) {
            send(client, "/");
            assertThat(answer(client)).doesNotContain("connection: close");
            awaitNoneInFlight();
            tracker.announceShutdown();
            send(client, "/");
            assertThat(answer(client))
                    .startsWith("http/1.1 200")
                    .contains("connection: close")
                    .endsWith("1");
            assertThat(client.getInputStream().read())
                    .as("closed by the server")
                    .isEqualTo(-1);
        }
    }

    @Test
    void requestInFlightAtTheAnnouncementAlsoGetsConnectionClose() throws Exception {
        try (Socket client = connect()) {
            send(client, "/slow");
            arrived.await();
            tracker.announceShutdown();
            tracker.close();
            mayContinue.countDown();
            assertThat(answer(client))
                    .startsWith("http/1.1 200")
                    .contains("connection: close")
                    .endsWith("1");
            assertThat(client.getInputStream().read())
                    .as("closed by the server")
                    .isEqualTo(-1);
        }
        awaitNoneInFlight();
    }

    @Test
    void requestAfterTheCloseIsRefusedWith503() throws IOException {
        try (Socket client = connect()) {
            send(client, "/");
            answer(client);
            tracker.close();
            send(client, "/");
            assertThat(answer(client)).startsWith("http/1.1 503").contains("connection: close");
            assertThat(client.getInputStream().read())
                    .as("closed by the server")
                    .isEqualTo(-1);
        }
        assertThat(tracker.refused()).isEqualTo(1);
    }

    @Test
    void filterNeedsATracker() {
        assertThatThrownBy(() -> HttpServerFilter.of(null)).hasMessage("tracker must not be null");
        assertThat(HttpServerFilter.of(tracker).description()).contains("tracker 'requests'");
    }

    /** The server may read the next request before the filter has closed the guard of the one that was answered. */
    private void awaitNoneInFlight() {
        await().until(() -> tracker.inFlight() == 0);
    }

    private Socket connect() throws IOException {
        Socket client = new Socket();
        client.setSoTimeout(60_000);
        client.connect(server.getAddress());
        return client;
    }

    private static void send(Socket client, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    /** The response head in lower case, and a body of the length that it declares. */
    private static String answer(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("a byte after " + text).isNotNegative();
            text.append((char) next);
        }
        String head = text.toString().toLowerCase(Locale.ROOT);
        int at = head.indexOf("content-length: ");
        int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
        return head + new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    }
}
