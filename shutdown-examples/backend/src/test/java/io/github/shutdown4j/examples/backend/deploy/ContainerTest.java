package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.TestServers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

/** The image, built by buildah as the Dockerfile says, and run by podman. */
@Tag("systemd") // needs root, and the Debian which those tests build
@Timeout(300)
class ContainerTest {

    private record Answer(int exitCode, String output) {}

    private static final String NAME = "shutdown-backend-test";

    @TempDir
    private static Path folder;

    private int port;

    @BeforeAll
    static void build() throws Exception {
        Answer check = script("check");
        if (check.exitCode() == 3) {
            abort("needs " + check.output().strip());
        } else if (Runtime.version().feature() < 25) {
            abort("needs JDK 25, for the class cache of the image");
        }
        Answer build = script("build", System.getProperty("example.jar"), System.getProperty("java.home"));
        assertThat(build.exitCode()).as(build::output).isZero();
    }

    @BeforeEach
    void choosePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort(); // the network is that of this machine
        }
    }

    @AfterEach
    void remove() throws Exception {
        podman("rm", "--force", "--time", "0", NAME);
    }

    private static Answer script(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("src/test/scripts/container.sh"));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private static Answer podman(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("podman"));
        command.addAll(List.of(arguments));
        return script(command.toArray(String[]::new));
    }

    /** As hardened as it can be; the limits are less than podman asks for by default, which not every machine allows. */
    private Answer run(List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("run", "--detach", "--name", NAME, "--network", "host"));
        command.addAll(List.of("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096", "--no-healthcheck"));
        command.addAll(List.of("--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--stop-timeout", "50"));
        command.addAll(List.of("--env", "PORT=" + port));
        if (Files.exists(Path.of("/usr/sbin/runc"))) {
            command.addAll(0, List.of("--runtime", "runc"));
        }
        command.addAll(options);
        command.add("shutdown-backend");
        command.addAll(List.of(arguments));
        return podman(command.toArray(String[]::new));
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
        return podman("inspect", "--format", "{{" + what + "}}", NAME).output().strip();
    }

    private static String logs() throws Exception {
        return podman("logs", NAME).output();
    }

    @Test // scenario 75
    void itRunsAsNobodyOnAReadOnlyRootAndEndsWellAtTerm() throws Exception {
        Answer run = run(List.of());
        assertThat(run.exitCode()).as(run::output).isZero();
        awaitReady();
        assertThat(podman("exec", NAME, "cat", "/proc/1/comm").output().strip()).isEqualTo("java");
        assertThat(podman("exec", NAME, "id", "-u").output().strip()).isEqualTo("10001");
        assertThat(podman("exec", NAME, "touch", "/app/x").output()).contains("Read-only file system");
        assertThat(podman("exec", NAME, "sh", "-c", healthCheck()).exitCode()).isZero();
        assertThat(podman("exec", "--env", "PORT=1", NAME, "sh", "-c", healthCheck())
                        .exitCode())
                .isNotZero();
        assertThat(Load.exchange(port, "POST", "/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":1500}}"))
                .startsWith("HTTP/1.1 202 ");
        long begin = System.nanoTime();
        podman("stop", NAME);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        assertThat(inspect(".State.ExitCode")).as(logs()).isEqualTo("0");
        assertThat(logs()).contains("Shutdown report: received SIGTERM").doesNotContain(" WARN ", " ERROR ");
    }

    /** The words of the Dockerfile, as a line for a shell. */
    private static String healthCheck() throws Exception {
        String text = podman("image", "inspect", "--format", "{{json .HealthCheck.Test}}", "shutdown-backend")
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
        podman("stop", "--time", "3", NAME);
        assertThat(inspect(".State.ExitCode")).isEqualTo("137");
        assertThat(logs()).doesNotContain("SIGTERM");
        remove();

        shell.set(shell.size() - 1, "[\"/bin/sh\",\"-c\",\"cd /data; exec " + java + "\"]");
        run(shell);
        awaitReady();
        podman("stop", NAME);
        assertThat(inspect(".State.ExitCode")).as(logs()).isEqualTo("0");
    }

    @Test
    void wrongSettingsEndWithOne() throws Exception {
        run(List.of("--env", "APP_SHUTDOWN_TIMEOUT_SECS=many"));
        assertThat(podman("wait", NAME).output().strip()).isEqualTo("1");
        assertThat(logs()).contains("APP_SHUTDOWN_TIMEOUT_SECS");
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
