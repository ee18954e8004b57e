package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged backend as systemd's watchdog sees it; the test receives its messages. */
@Timeout(400)
class WatchdogTest {

    /** More than the threads of the server. */
    private static final int REQUESTS = 300;

    private static final String WITHHELD = "systemd: heartbeats are withheld";
    private static final String CONTINUE = "systemd: heartbeats continue";

    private static final Duration GRACE = Duration.ofSeconds(60); // each needs three; the rest is for a loaded machine

    @TempDir
    private Path directory;

    @Test // scenario 84
    void heartbeatsStopWhileAllThreadsOfTheServerAreStuckAndContinueWhenOneIsFree() throws Exception {
        Map<String, String> environment = new HashMap<>(BackendProcess.testServers());
        environment.put("NOTIFY_SOCKET", directory.resolve("notify").toString());
        environment.put("WATCHDOG_USEC", "4000000");
        List<Socket> clients = new ArrayList<>();
        try (BackendProcess backend = new BackendProcess(directory, environment).awaitReady()) {
            assertThat(backend.get("/health/live").statusCode()).isEqualTo(200);
            // A loaded machine may have withheld some, and continued.
            await().atMost(GRACE).until(() -> count(backend, WITHHELD) == count(backend, CONTINUE));
            int before = count(backend, CONTINUE);

            for (int i = 0; i < REQUESTS; i++) {
                clients.add(askingAndNotReading(backend.port()));
            }
            await().atMost(GRACE).until(() -> count(backend, WITHHELD) > before);
            for (Socket client : clients) {
                client.close();
            }
            await().atMost(GRACE).until(() -> count(backend, CONTINUE) > before);

            backend.signal("TERM");
            backend.awaitExit(0);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static int count(BackendProcess backend, String line) {
        return backend.output().split(line, -1).length - 1;
    }

    /** Sends requests without reading the responses: when the buffers are full, a thread waits in a write. */
    private static Socket askingAndNotReading(int port) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(1_024);
        client.connect(new InetSocketAddress("localhost", port));
        String request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
        client.getOutputStream().write(request.repeat(100).getBytes(StandardCharsets.US_ASCII));
        return client;
    }
}
