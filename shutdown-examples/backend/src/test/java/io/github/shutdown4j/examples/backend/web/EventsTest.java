package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.ShutdownReport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients of the event stream that do not read. */
@Timeout(180)
class EventsTest {

    private static Socket askingAndNotReading(WebFixture web) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1_024);
        socket.connect(new InetSocketAddress("localhost", web.uri("http", "/").getPort()));
        socket.getOutputStream().write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads what the buffers of the connection hold; then its server must have closed it. */
    private static void awaitEnd(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        byte[] buffer = new byte[100_000];
        long left = 50_000_000;
        try {
            while (left > 0) {
                int count = socket.getInputStream().read(buffer);
                if (count < 0) {
                    return;
                }
                left -= count;
            }
        } catch (SocketException reset) {
            return;
        }
        throw new AssertionError("still open after 50 MB");
    }

    @Test
    void oneThatDoesNotReadIsCutAndTheOthersGetTheirEvents() throws Exception {
        try (WebFixture web =
                new WebFixture(Duration.ZERO, Duration.ofMillis(100))) { // for a reader on a loaded machine
            web.state = () -> Map.of("filler", "x".repeat(200_000)); // the buffers of a connection hold megabytes
            AtomicInteger events = new AtomicInteger();
            HttpResponse<Stream<String>> reading =
                    web.client.send(web.request("/events").build(), BodyHandlers.ofLines());
            Thread reader = new Thread(() -> reading.body().forEach(line -> events.incrementAndGet()), "reader");
            reader.start();
            try (Socket notReading = askingAndNotReading(web)) {
                await().until(() -> web.coordinator.metrics().admitted() == 2);
                await().until(() -> web.coordinator.metrics().inFlight() == 1);
                int before = events.get();
                await().until(() -> events.get() > before + 60);
                awaitEnd(notReading);
            }
            assertThat(web.shutdown().isClean()).isTrue();
            reader.join();
        }
    }

    @Test
    void oneThatDoesNotReadIsNotWaitedForAtTheEnd() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            web.state = () -> Map.of("filler", "x".repeat(20_000_000));
            try (Socket notReading = askingAndNotReading(web)) {
                await().until(() -> web.coordinator.metrics().inFlight() == 1);
                long begin = System.nanoTime();
                ShutdownReport report = web.shutdown();
                assertThat(report.isClean()).as(report.toText()).isTrue();
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(15)); // the drain may take 20 s
                awaitEnd(notReading);
            }
        }
    }
}
