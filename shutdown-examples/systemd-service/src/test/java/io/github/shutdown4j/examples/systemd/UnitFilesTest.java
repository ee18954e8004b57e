package io.github.shutdown4j.examples.systemd;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.systemd.real.Answer;
import io.github.shutdown4j.systemd.real.BoxUnit;
import io.github.shutdown4j.systemd.real.SystemdBox;
import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged service with its unit files under a real systemd, the one of this machine. Only the port and the path of
 * java are different.
 */
@Tag("systemd")
@Timeout(300)
class UnitFilesTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static SystemdBox box;

    private String service;
    private String socket;
    private BoxUnit unit;
    private int port;

    @BeforeAll
    static void boot() throws Exception {
        box = SystemdBox.boot();
        PackagedUnits.copyJar(box);
    }

    @AfterAll
    static void end() throws Exception {
        if (box != null) {
            box.close();
        }
    }

    /** Each test has its own unit names, so that nothing is left from the previous test. */
    @BeforeEach
    void install() throws IOException {
        String name = "test" + NUMBER.incrementAndGet();
        service = name + ".service";
        socket = name + ".socket";
        port = FreePort.find();
        unit = box.named(service);
        box.unit(service, PackagedUnits.service(name));
        box.unit(socket, PackagedUnits.socket(port));
    }

    @AfterEach
    void stop() {
        box.systemctl("stop", socket, service);
    }

    private void dropIn(String settings) throws IOException {
        Files.writeString(box.path("/run/systemd/system/" + service + ".d/test.conf"), "[Service]\n" + settings + "\n");
        box.systemctl("daemon-reload");
    }

    private void startWithSocket() {
        Answer answer = box.systemctl("start", socket, service);
        assertThat(answer.exitCode()).as(() -> answer + unit.journal()).isZero();
    }

    private void awaitMore(AtomicInteger answered, int than) {
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(60))
                .failFast(() -> "failed".equals(unit.show("ActiveState")))
                .until(() -> answered.get() > than);
    }

    /** Sends one request on a new connection; returns the status line, empty if there was no response. */
    private String get(String path) throws IOException {
        try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            connection.setSoTimeout(60_000);
            connection
                    .getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = connection.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private CompletableFuture<String> getAsync(String path) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread client = new Thread(() -> {
            try {
                answer.complete(get(path));
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        });
        client.setDaemon(true);
        client.start();
        return answer;
    }

    private static void letRequestsArrive() {
        await().pollDelay(Duration.ofMillis(700)).until(() -> true);
    }

    @Test // scenarios 78 and 89
    void aCleanLifeWithReloadsLeavesTheUnitInactive() throws Exception {
        startWithSocket();
        assertThat(unit.show("ActiveState")).isEqualTo("active");
        assertThat(unit.status()).isEqualTo("running");
        assertThat(get("/work?ms=50")).contains("200");

        String name = service.replace(".service", "");
        Path settings = box.path("/etc/" + name + "/service.properties");
        Files.writeString(settings, "longest_ms=10\n");
        assertThat(box.systemctl("reload", service).exitCode()).isZero();
        unit.awaitStatus("running, reloaded in");
        assertThat(get("/work?ms=50")).contains("400");

        Files.writeString(settings, "longest_ms=many\n");
        assertThat(box.systemctl("reload", service).exitCode()).isZero();
        unit.awaitStatus("running, reload failed: settings failed:");
        unit.awaitState("active");
        assertThat(get("/work?ms=5")).contains("200");

        assertThat(box.systemctl("stop", service).exitCode()).isZero();
        unit.awaitEnd("inactive", "success");
        assertThat(unit.show("ExecMainStatus")).isEqualTo("0");
        assertThat(unit.status()).startsWith("ended cleanly in").endsWith("received SIGTERM");
        assertThat(unit.journal()).contains("Shutdown report: received SIGTERM").doesNotContain("WARNING");
        assertThat(Files.readString(box.path("/var/lib/private/" + name + "/state.json")))
                .contains("\"finishedRequests\" : 2");
    }

    @Test // scenario 78
    void aPortThatIsTakenFailsTheUnitAndTheJournalNamesTheService() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            dropIn("Restart=no\nEnvironment=PORT=" + taken.getLocalPort());
            assertThat(box.systemctl("start", service).exitCode()).isNotZero();
        }
        unit.awaitEnd("failed", "exit-code");
        assertThat(unit.status()).contains("service 'http' failed");
        assertThat(unit.journal()).contains("'http' failed", "Address already in use");
    }

    @Test
    void anUnservedSocketIsNamedAndTheStartRefused() throws Exception {
        dropIn("Restart=no");
        Files.writeString(
                box.path("/run/systemd/system/" + socket + ".d/more.conf"),
                "[Socket]\nListenDatagram=127.0.0.1:" + port + "\n");
        box.systemctl("daemon-reload");
        assertThat(box.systemctl("start", socket, service).exitCode()).isNotZero();
        unit.awaitEnd("failed", "exit-code");
        assertThat(unit.journal()).contains("UDP socket 127.0.0.1:" + port, "only TCP is served");
    }

    @Test // scenario 81
    void aDrainThatProgressesOutlivesTimeoutStopSec() throws Exception {
        dropIn("TimeoutStopSec=3");
        startWithSocket();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 1; i <= 16; i++) {
            answers.add(getAsync("/work?ms=" + (700 + i * 500)));
        }
        letRequestsArrive();
        Answer stop = box.systemctl("stop", service);
        assertThat(stop.millis()).isBetween(5000L, 60_000L);
        unit.awaitEnd("inactive", "success");
        for (CompletableFuture<String> answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS)).contains("200");
        }
    }

    @Test // scenarios 81 and 89
    void aDrainWithoutProgressIsKilledAtTheLimit() throws Exception {
        dropIn("TimeoutStopSec=3\nRestart=no");
        startWithSocket();
        var unused = getAsync("/work?ms=40000");
        letRequestsArrive();
        CompletableFuture<Answer> stop = CompletableFuture.supplyAsync(() -> box.systemctl("stop", service));
        unit.awaitStatus("draining 1 request, ");
        assertThat(stop.get(60, TimeUnit.SECONDS).millis()).isBetween(2900L, 30_000L);
        unit.awaitEnd("failed", "timeout");
    }

    @Test // scenarios 83 and 84
    void theWatchdogIsKeptAndAStoppedProcessIsAborted() throws Exception {
        dropIn("WatchdogSec=2\nRestart=no");
        startWithSocket();
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        assertThat(unit.show("ActiveState")).isEqualTo("active");
        box.systemctl("kill", "--signal=STOP", service);
        unit.awaitResult("watchdog");
        unit.awaitEnd("failed", "watchdog");
    }

    @Test
    void noRequestFailsWhileTheServiceRestarts() throws Exception {
        dropIn("[Unit]\nStartLimitIntervalSec=0");
        startWithSocket();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<String> failures = new CopyOnWriteArrayList<>();
        List<Thread> clients = new ArrayList<>();
        List<KeepAliveClient> keeping = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(client(over, answered, failures, this::get));
            KeepAliveClient kept = new KeepAliveClient(port);
            keeping.add(kept);
            clients.add(client(over, answered, failures, kept::get));
        }
        try {
            for (int i = 0; i < 20; i++) {
                int before = answered.get();
                assertThat(box.systemctl("restart", service).exitCode())
                        .as(() -> unit.journal())
                        .isZero();
                // Each process answers some requests, and several on one connection.
                awaitMore(answered, before + 60);
            }
        } finally {
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(failures).as(unit::story).isEmpty();
        for (KeepAliveClient kept : keeping) {
            // Each restart has announced the end of the connection, unless it came between two requests.
            assertThat(kept.announced() + kept.repeated()).as(unit::story).isGreaterThanOrEqualTo(20);
            assertThat(kept.reused()).isGreaterThan(40);
            kept.close();
        }
        assertThat(answered.get()).isGreaterThan(1200);
        // The count has survived all restarts, and every counted request was answered.
        assertThat(get("/count")).contains("200");
        box.systemctl("stop", service);
        String name = service.replace(".service", "");
        assertThat(Files.readString(box.path("/var/lib/private/" + name + "/state.json")))
                .contains("\"finishedRequests\" : " + answered.get() + "\n");
    }

    private interface Get {
        String status(String path) throws IOException;
    }

    private static Thread client(AtomicBoolean over, AtomicInteger answered, List<String> failures, Get get) {
        Thread client = new Thread(() -> {
            while (!over.get()) {
                long begin = System.nanoTime();
                try {
                    String status = get.status("/work?ms=20");
                    if (status.contains(" 200 ")) {
                        answered.incrementAndGet();
                    } else {
                        failures.add("answer '" + status + "'");
                    }
                } catch (IOException e) {
                    failures.add(e + " after " + (System.nanoTime() - begin) / 1_000_000 + " ms, at "
                            + LocalTime.now(ZoneOffset.UTC));
                }
            }
        });
        client.start();
        return client;
    }
}
