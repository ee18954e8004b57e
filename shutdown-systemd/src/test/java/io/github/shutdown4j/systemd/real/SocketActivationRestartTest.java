package io.github.shutdown4j.systemd.real;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;

/** Restarts under load, with a socket unit: no request fails. */
class SocketActivationRestartTest extends RealSystemd {

    private static final int RESTARTS = 20;

    @ParameterizedTest
    @ValueSource(strings = {"", "StandardInput=socket\nStandardOutput=journal\nStandardError=journal\n"})
    void noRequestFailsWhileTheServiceRestarts(String settings) throws Exception {
        int port = FreePort.find();
        String name = settings.isEmpty() ? "web" : "stdin";
        box.unit(name + ".socket", "[Socket]\nListenStream=127.0.0.1:" + port + "\nFileDescriptorName=" + name + "\n");
        box.unit(
                name + ".service",
                "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=notify\nTimeoutStopSec=10\n" + settings + "ExecStart="
                        + box.java(ActivatedSocketService.class) + "\n");
        assertThat(box.systemctl("start", name + ".socket", name + ".service").exitCode())
                .isZero();

        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Set<String> processes = ConcurrentHashMap.newKeySet();
        List<String> failures = new CopyOnWriteArrayList<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread client = new Thread(() -> {
                while (!over.get()) {
                    request(port, processes, failures);
                    answered.incrementAndGet();
                }
            });
            client.start();
            clients.add(client);
        }
        try {
            for (int i = 0; i < RESTARTS; i++) {
                int before = processes.size();
                Answer restart = box.systemctl("restart", name + ".service");
                assertThat(restart.exitCode())
                        .as(() -> box.journal(name + ".service"))
                        .isZero();
                // Each process serves in turn.
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> processes.size() > before);
            }
        } finally {
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(answered.get()).isGreaterThan(RESTARTS * 10);
        assertThat(processes).hasSizeGreaterThanOrEqualTo(RESTARTS);
        box.systemctl("stop", name + ".socket", name + ".service");
        // What is printed after the channel has been closed still arrives.
        assertThat(box.journal(name + ".service"))
                .contains("held " + (settings.isEmpty() ? name : "stdin") + " " + port, "drained true")
                .doesNotContain("drained false", "Exception");
    }

    private static void request(int port, Set<String> processes, List<String> failures) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write('?');
            byte[] answer = socket.getInputStream().readAllBytes();
            if (answer.length == 0) {
                failures.add("empty answer");
            }
            processes.add(new String(answer, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }
}
