package io.github.shutdown4j;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resources;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** A server of the JDK under a coordinator, and the clients of a test. */
abstract class HttpShutdownFixture {

    static final String REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    final ConnectionTracker tracker =
            ConnectionTracker.builder("http").details(GuardDetails.on()).build();

    final List<Socket> clients = new ArrayList<>();

    final ExecutorService threads = Executors.newCachedThreadPool();

    HttpServer server;

    /** Answers one admitted request. */
    interface Handler {
        void handle(HttpExchange exchange, ConnectionGuard guard) throws Exception;
    }

    @BeforeEach
    void createServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(threads);
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    ShutdownCoordinator serve(Duration drainTimeout, Duration announceDelay, Handler handler)
            throws InterruptedException {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(ShutdownConfig.builder()
                        .timeout(ofSeconds(45))
                        .drainTimeout(drainTimeout)
                        .announceDelay(announceDelay)
                        .build())
                .tracker(tracker)
                .build();
        coordinator.resources().register(Resources.httpServer("http", server));
        server.createContext("/", exchange -> {
            Optional<ConnectionGuard> admitted = tracker.tryAcquire("GET " + exchange.getRequestURI());
            if (admitted.isEmpty() || !coordinator.health().isReady()) {
                exchange.getResponseHeaders().set("Connection", "close");
            }
            if (admitted.isEmpty()) {
                exchange.sendResponseHeaders(503, -1);
                exchange.close();
                return;
            }
            try (ConnectionGuard guard = admitted.get()) {
                handler.handle(exchange, guard);
            } catch (Exception e) {
                exchange.close();
                throw new IOException(e);
            }
        });
        server.start();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        return coordinator;
    }

    Socket connect() throws IOException {
        Socket client = new Socket();
        clients.add(client);
        client.setReceiveBufferSize(8 << 10);
        client.setSoTimeout(60_000);
        client.connect(server.getAddress());
        return client;
    }

    static void send(Socket client) throws IOException {
        client.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    /** Reads the head of a response and a body of the length that it declares. */
    static String answer(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new SocketException("closed by the server");
            }
            head.append((char) next);
        }
        String text = head.toString().toLowerCase(java.util.Locale.ROOT);
        int at = text.indexOf("content-length: ");
        if (at >= 0) {
            int length = Integer.parseInt(text.substring(at + 16, text.indexOf("\r\n", at)));
            var unused = in.readNBytes(length);
        }
        return text;
    }

    /** Everything until the server closes or resets the connection. */
    static String rest(Socket client) {
        StringBuilder text = new StringBuilder();
        try {
            InputStream in = client.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                text.append((char) next);
            }
        } catch (SocketException reset) {
            // The connection was reset.
        } catch (IOException e) {
            throw new AssertionError("the connection stays open", e);
        }
        return text.toString();
    }

    /** The number of bytes until then. */
    static long skipRest(Socket client) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long count = 0;
        try {
            InputStream in = client.getInputStream();
            for (int more = in.read(buffer); more >= 0; more = in.read(buffer)) {
                count += more;
            }
        } catch (SocketException reset) {
            // The connection was reset.
        }
        return count;
    }

    static ShutdownReport shutdown(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.shutdown("the test");
        return coordinator.await();
    }

    static PhaseReport phase(ShutdownReport report, ShutdownPhase phase) {
        return report.phases().get(phase.ordinal());
    }

    static void ok(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 2);
        exchange.getResponseBody().write("ok".getBytes(StandardCharsets.US_ASCII));
        exchange.close();
    }
}
