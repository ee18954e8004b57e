package io.github.shutdown4j.examples.backend.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.TestServers;
import io.github.shutdown4j.systemd.real.Answer;
import io.github.shutdown4j.systemd.real.BoxUnit;
import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The image, built by buildah from the Dockerfile and run by podman. */
@Tag("systemd") // needs root, and the Debian that those tests build
@Timeout(300)
class ContainerTest {

    private static final String NAME = Podman.NAME;

    @TempDir
    private static Path directory;

    private static Podman podman;

    private int port;

    @BeforeAll
    static void build() throws Exception {
        podman = new Podman(directory);
        podman.build();
    }

    @AfterAll
    static void removeImage() throws Exception {
        podman.run("rmi", "--force", NAME);
    }

    @BeforeEach
    void choosePort() {
        port = FreePort.find(); // the network is that of this machine
    }

    @AfterEach
    void remove() throws Exception {
        podman.run("rm", "--force", "--time", "0", NAME);
    }

    /** With all hardening options. */
    private Answer run(List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("run", "--detach", "--name", NAME, "--network", "host"));
        command.addAll(List.of(
                "--no-healthcheck", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--stop-timeout", "50"));
        command.addAll(List.of("--env", "PORT=" + port));
        command.addAll(options);
        command.add(NAME);
        command.addAll(List.of(arguments));
        return podman.run(command.toArray(String[]::new));
    }

    private static List<String> external() {
        return List.of(
                "--env", "DATABASE_URL=" + TestServers.databaseUrl(), "--env", "REDIS_URL=" + TestServers.redisUrl());
    }

    private void awaitReady() {
        await().atMost(Duration.ofSeconds(90))
                .ignoreExceptions()
                .until(() -> Load.exchange(port, "GET", "/health/ready", "").startsWith("HTTP/1.1 200 "));
    }

    private static String inspect(String what) throws Exception {
        return podman.run("inspect", "--format", "{{" + what + "}}", NAME)
                .output()
                .strip();
    }

    private static String logs() throws Exception {
        return podman.run("logs", NAME).output();
    }

    @Test // scenario 75
    void itRunsAsNobodyOnAReadOnlyRootAndEndsWellAtTerm() throws Exception {
        Answer run = run(List.of("--env", "EMBEDDED_SERVERS=true"));
        assertThat(run.exitCode()).as(run::output).isZero();
        awaitReady();
        assertThat(podman.run("exec", NAME, "cat", "/proc/1/comm").output().strip())
                .isEqualTo("java");
        assertThat(podman.run("exec", NAME, "id", "-u").output().strip()).isEqualTo("10001");
        assertThat(podman.run("exec", NAME, "touch", "/app/x").output()).contains("Read-only file system");
        assertThat(podman.run("exec", NAME, "sh", "-c", healthCheck()).exitCode())
                .isZero();
        assertThat(podman.run("exec", "--env", "PORT=1", NAME, "sh", "-c", healthCheck())
                        .exitCode())
                .isNotZero();
        assertThat(Load.exchange(port, "POST", "/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":1500}}"))
                .startsWith("HTTP/1.1 202 ");
        long begin = System.nanoTime();
        podman.run("stop", NAME);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        assertThat(inspect(".State.ExitCode")).as(logs()).isEqualTo("0");
        assertThat(logs()).contains("Shutdown report: received SIGTERM").doesNotContain(" WARN ", " ERROR ");
    }

    /** The command of the Dockerfile, as a line for a shell. */
    private static String healthCheck() throws Exception {
        String text = podman.run("image", "inspect", "--format", "{{json .HealthCheck.Test}}", NAME)
                .output();
        List<String> words = List.of(new com.fasterxml.jackson.databind.ObjectMapper().readValue(text, String[].class));
        assertThat(words.subList(0, 3)).containsExactly("CMD", "bash", "-c");
        return "exec bash -c '" + words.get(3).replace("'", "'\\''") + "'";
    }

    @Test // scenario 76
    void aShellAsProcessOneKeepsTermFromJavaAndExecPassesItOn() throws Exception {
        String java = "java -jar /app/backend.jar --config /etc/shutdown-backend/config.toml";
        List<String> shell = new ArrayList<>(external());
        shell.addAll(List.of("--entrypoint", "[\"/bin/sh\",\"-c\",\"" + java + "; true\"]"));
        run(shell);
        awaitReady();
        podman.run("stop", "--time", "3", NAME);
        assertThat(inspect(".State.ExitCode")).isEqualTo("137");
        assertThat(logs()).doesNotContain("SIGTERM");
        remove();

        shell.set(shell.size() - 1, "[\"/bin/sh\",\"-c\",\"cd /data; exec " + java + "\"]");
        run(shell);
        awaitReady();
        podman.run("stop", NAME);
        assertThat(inspect(".State.ExitCode")).as(logs()).isEqualTo("0");
    }

    @Test
    void itIsAUnitOfSystemdThatIsReadyStoppedAndStartedAgainWithItsState() throws Exception {
        try (QuadletBox box = new QuadletBox(NAME)) {
            box.environment("EMBEDDED_SERVERS=true\n");
            BoxUnit unit = box.unit();
            unit.start();
            assertThat(unit.status()).isEqualTo("running");
            assertThat(box.exchange("GET", "/health/ready", "")).startsWith("HTTP/1.1 200 ");
            assertThat(box.exchange("POST", "/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":1500}}"))
                    .startsWith("HTTP/1.1 202 ");
            unit.succeeds("stop");
            unit.assertEnded("inactive", "success");
            assertThat(unit.journal())
                    .contains("Shutdown report: received SIGTERM", "clean after", "none, this is the first");
            unit.start();
            assertThat(unit.journal()).contains("ended cleanly at");
            assertThat(box.exchange("GET", "/projects", "")).startsWith("HTTP/1.1 200 ");
            unit.succeeds("stop");

            box.environment("EMBEDDED_SERVERS=true\nJOBS_BATCH=many\n");
            unit.fails("start");
            unit.assertEnded("failed", "exit-code");
            assertThat(unit.show("ExecMainStatus")).isEqualTo("78");
            assertThat(unit.show("NRestarts")).isEqualTo("0");
        }
    }

    @Test
    void wrongSettingsEndWithOne() throws Exception {
        run(List.of("--env", "APP_SHUTDOWN_TIMEOUT_SECS=many"));
        assertThat(podman.run("wait", NAME).output().strip()).isEqualTo("1");
        assertThat(logs()).contains("APP_SHUTDOWN_TIMEOUT_SECS");
    }

    @Test
    void withoutTheUrlsOfItsServersItEndsWithOneAndNamesThem() throws Exception {
        run(List.of());
        assertThat(podman.run("wait", NAME).output().strip()).isEqualTo("1");
        assertThat(logs()).contains("database.url is missing", "redis.url is missing");
    }

    @Test
    void itsManifestsAreForPodmanAsWellWithTheDifferencesThatTheGuideNames() throws Exception {
        Path file = Files.writeString(directory.resolve("pod.yaml"), Manifests.forPodman(NAME, port));
        String pod = NAME + "-pod";
        try {
            Answer play = podman.run("kube", "play", "--network", "host", file.toString());
            assertThat(play.exitCode()).as(play::output).isZero();
            awaitReady();
            String container = pod + "-backend";
            assertThat(Load.exchange(port, "GET", "/metrics", "")).contains("backend_instance_info");
            assertThat(podman.run("exec", container, "id", "-u").output().strip())
                    .isEqualTo("10001");
            assertThat(podman.run("exec", container, "touch", "/app/x").output())
                    .contains("Read-only file system");
            podman.run("pod", "stop", "--time", "50", pod);
            assertThat(podman.run("inspect", "--format", "{{.State.ExitCode}}", container)
                            .output()
                            .strip())
                    .isEqualTo("0");
            assertThat(podman.run("logs", container).output())
                    .contains("Shutdown report: received SIGTERM")
                    .doesNotContain(" WARN ", " ERROR ");
        } finally {
            podman.run("kube", "down", file.toString());
        }
    }

    @Test
    void theClassCacheOfTheImageSavesTwoFifthsOfTheProcessorTimeUntilReady() throws Exception {
        long with = Long.MAX_VALUE;
        long without = Long.MAX_VALUE;
        for (int i = 0; i < 2; i++) {
            with = Math.min(with, processorTimeUntilReady(List.of()));
            without = Math.min(without, processorTimeUntilReady(List.of("--env", "JDK_JAVA_OPTIONS=-XX:AOTMode=off")));
        }
        assertThat(with).as("of " + without).isPositive().isLessThanOrEqualTo(without * 6 / 10);
    }

    /** In ticks of the kernel. */
    private long processorTimeUntilReady(List<String> more) throws Exception {
        List<String> options = new ArrayList<>(external());
        options.addAll(more);
        run(options);
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(90))
                .until(() -> logs().contains("The backend is ready."));
        String[] fields = Files.readString(Path.of("/proc", inspect(".State.Pid"), "stat"))
                .split(" ");
        remove();
        return Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
    }
}
