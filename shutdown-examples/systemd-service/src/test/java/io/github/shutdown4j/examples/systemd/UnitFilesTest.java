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

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.systemd.real.SystemdBox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged service with its unit files under a real systemd, the one of this machine. Only the port and the path of
 * java are others.
 */
@Tag("systemd")
@Timeout(300)
class UnitFilesTest {

    private static final String SERVICE = "systemd-service.service";
    private static final String SOCKET = "systemd-service.socket";
    private static final Path UNITS = Path.of("src/main/systemd");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static SystemdBox box;

    private String service;
    private String socket;
    private int port;

    @BeforeAll
    static void boot() throws Exception {
        box = SystemdBox.boot();
        Files.copy(
                Path.of(System.getProperty("example.jar")),
                box.path("/usr/local/lib/systemd-service/systemd-service.jar"));
    }

    @AfterAll
    static void end() throws Exception {
        if (box != null) {
            box.close();
        }
    }

    /** Each test has units of its own name, so that nothing is left of the test before. */
    @BeforeEach
    void install() throws IOException {
        String name = "test" + NUMBER.incrementAndGet();
        service = name + ".service";
        socket = name + ".socket";
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String text = Files.readString(UNITS.resolve(SERVICE));
        assertThat(text).contains("ExecStart=/usr/bin/java -jar ").contains("Directory=systemd-service");
        box.unit(
                service,
                text.replace("ExecStart=/usr/bin/java ", "ExecStart=" + System.getProperty("java.home") + "/bin/java ")
                        .replace("Directory=systemd-service", "Directory=" + name)
                        .replace("/var/lib/systemd-service", "/var/lib/" + name));
        String socketText = Files.readString(UNITS.resolve(SOCKET));
        assertThat(socketText).contains("ListenStream=8080");
        box.unit(socket, socketText.replace("ListenStream=8080", "ListenStream=127.0.0.1:" + port));
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
        SystemdBox.Answer answer = box.systemctl("start", socket, service);
        assertThat(answer.exitCode()).as(() -> answer + box.journal(service)).isZero();
    }

    private static ConditionFactory within(int seconds) {
        return await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(seconds));
    }

    private void assertEnded(String state, String result) {
        within(20).until(() -> box.show(service, "ActiveState").equals(state));
        assertThat(box.show(service, "Result")).as(() -> box.journal(service)).isEqualTo(result);
    }

    /** One request on a connection of its own: the status line, empty if there was no answer. */
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
        assertThat(box.show(service, "ActiveState")).isEqualTo("active");
        assertThat(box.show(service, "StatusText")).isEqualTo("running");
        assertThat(get("/work?ms=50")).contains("200");

        String name = service.replace(".service", "");
        Path settings = box.path("/etc/" + name + "/service.properties");
        Files.writeString(settings, "longest_ms=10\n");
        assertThat(box.systemctl("reload", service).exitCode()).isZero();
        within(10).until(() -> box.show(service, "StatusText").startsWith("running, reloaded in"));
        assertThat(get("/work?ms=50")).contains("400");

        Files.writeString(settings, "longest_ms=many\n");
        assertThat(box.systemctl("reload", service).exitCode()).isZero();
        within(10).until(() -> box.show(service, "StatusText").startsWith("running, reload failed: settings failed:"));
        within(10).until(() -> box.show(service, "ActiveState").equals("active"));
        assertThat(get("/work?ms=5")).contains("200");

        assertThat(box.systemctl("stop", service).exitCode()).isZero();
        assertEnded("inactive", "success");
        assertThat(box.show(service, "ExecMainStatus")).isEqualTo("0");
        assertThat(box.show(service, "StatusText"))
                .startsWith("ended cleanly in")
                .endsWith("received SIGTERM");
        assertThat(box.journal(service))
                .contains("Shutdown report: received SIGTERM")
                .doesNotContain("WARNING");
        assertThat(Files.readString(box.path("/var/lib/private/" + name + "/state.json")))
                .contains("\"finishedRequests\" : 2");
    }

    @Test // scenario 78
    void aPortThatIsTakenFailsTheUnitAndTheJournalNamesTheService() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            dropIn("Restart=no\nEnvironment=PORT=" + taken.getLocalPort());
            assertThat(box.systemctl("start", service).exitCode()).isNotZero();
        }
        assertEnded("failed", "exit-code");
        assertThat(box.show(service, "StatusText")).contains("service 'http' failed");
        assertThat(box.journal(service)).contains("'http' failed", "Address already in use");
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
        SystemdBox.Answer stop = box.systemctl("stop", service);
        assertThat(stop.millis()).isBetween(7000L, 12_000L);
        assertEnded("inactive", "success");
        for (CompletableFuture<String> answer : answers) {
            assertThat(answer.get(1, TimeUnit.SECONDS)).contains("200");
        }
    }

    @Test // scenarios 81 and 89
    void aDrainWithoutProgressIsKilledAtTheLimit() throws Exception {
        dropIn("TimeoutStopSec=3\nRestart=no");
        startWithSocket();
        getAsync("/work?ms=18000");
        letRequestsArrive();
        CompletableFuture<SystemdBox.Answer> stop = CompletableFuture.supplyAsync(() -> box.systemctl("stop", service));
        within(3).until(() -> box.show(service, "StatusText").startsWith("draining 1 request, "));
        assertThat(stop.get(60, TimeUnit.SECONDS).millis()).isBetween(2900L, 7500L);
        assertEnded("failed", "timeout");
    }

    @Test // scenarios 83 and 84
    void theWatchdogIsKeptAndAProcessThatStandsStillIsAborted() throws Exception {
        dropIn("WatchdogSec=2\nRestart=no");
        startWithSocket();
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        assertThat(box.show(service, "ActiveState")).isEqualTo("active");
        box.systemctl("kill", "--signal=STOP", service);
        within(15).until(() -> box.show(service, "Result").equals("watchdog"));
        within(30).until(() -> box.show(service, "ActiveState").equals("failed"));
    }

    @Test
    void noRequestFailsWhileTheServiceRestarts() throws Exception {
        dropIn("[Unit]\nStartLimitIntervalSec=0");
        startWithSocket();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<String> failures = new CopyOnWriteArrayList<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Thread client = new Thread(() -> {
                while (!over.get()) {
                    long begin = System.nanoTime();
                    try {
                        String status = get("/work?ms=20");
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
            clients.add(client);
        }
        try {
            for (int i = 0; i < 20; i++) {
                int before = answered.get();
                assertThat(box.systemctl("restart", service).exitCode())
                        .as(() -> box.journal(service))
                        .isZero();
                // Each process answers some.
                within(30).until(() -> answered.get() > before + 20);
            }
        } finally {
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(failures)
                .as(() -> box.enter("journalctl", "-o", "short-precise", "-u", service)
                        .output())
                .isEmpty();
        assertThat(answered.get()).isGreaterThan(400);
        // The count has survived all restarts.
        assertThat(get("/count")).contains("200");
        box.systemctl("stop", service);
        String name = service.replace(".service", "");
        assertThat(Files.readString(box.path("/var/lib/private/" + name + "/state.json")))
                .contains("\"finishedRequests\" : " + answered.get());
    }
}
