package io.github.shutdown4j.examples.backend.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * The image, assembled as the Dockerfile says, over a Debian that stands for the base image, and its entry point as
 * process 1. No engine and no registry is needed; so what an engine itself does is not tried here.
 */
@Tag("systemd") // needs root, and the Debian which those tests build
@Timeout(180)
class ImageTest {

    private static final Path BASE =
            Path.of(System.getenv().getOrDefault("SYSTEMD_BOX_CACHE", "/var/cache/shutdown4j-systemd-box"), "trixie");

    @TempDir
    private Path recipe;

    private final List<String> output = new CopyOnWriteArrayList<>();
    private Dockerfile dockerfile;
    private int port;
    private Process image;
    private long first;

    @BeforeEach
    void assemble() throws Exception {
        if (!Files.exists(BASE.resolve("usr/bin/env"))
                || !System.getProperty("user.name").equals("root")) {
            String reason = "needs root, and a Debian in " + BASE + ": systemd-box.sh suite trixie";
            if (Boolean.getBoolean("systemd.required")) {
                throw new AssertionError(reason);
            }
            abort(reason);
        }
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort(); // the network is that of this machine
        }
        dockerfile = Dockerfile.read(Path.of("deploy/Dockerfile"));
        List<String> environment = new ArrayList<>(List.of(
                "PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "JAVA_HOME=/opt/java/openjdk",
                "PORT=" + port));
        List<String> build = new ArrayList<>();
        String directory = "/";
        for (Map.Entry<String, String> instruction : dockerfile.lastStage()) {
            String text = instruction.getValue();
            switch (instruction.getKey()) {
                case "RUN" -> build.add("chroot \"$ROOT\" /bin/sh -c '" + text.replace("'", "'\\''") + "'");
                case "COPY" -> build.add(copy(text));
                case "ENV" -> environment.add(text);
                case "WORKDIR" -> directory = text;
                case "USER", "ENTRYPOINT", "CMD", "EXPOSE", "VOLUME", "STOPSIGNAL" -> {}
                default -> throw new AssertionError("what does " + instruction + " mean?");
            }
        }
        Files.write(recipe.resolve("build"), build);
        Files.write(recipe.resolve("environment"), environment);
        Files.writeString(recipe.resolve("directory"), directory);
        Files.writeString(recipe.resolve("user"), dockerfile.last("USER"));
    }

    /** From the first stage comes what Maven has built here already. */
    private static String copy(String arguments) {
        String[] words = arguments.replace("--from=build /source/", "").split(" ");
        Path source = Path.of("../..").resolve(words[0]).toAbsolutePath().normalize();
        return "install -D -m 0644 '" + source + "' \"$ROOT" + words[1] + "\"";
    }

    /** Starts this as process 1, and waits until it is ready. */
    private void start(List<String> command) throws IOException {
        Files.write(recipe.resolve("command"), command);
        image = new ProcessBuilder(
                        "src/test/scripts/image.sh",
                        BASE.toString(),
                        System.getProperty("java.home"),
                        recipe.toString())
                .redirectErrorStream(true)
                .start();
        Thread reader = new Thread(() -> {
            try (BufferedReader lines = image.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(output::add);
            } catch (IOException | UncheckedIOException e) {
                // Killed while we read.
            }
        });
        reader.setDaemon(true);
        reader.start();
        // With its own databases, on a machine with other work.
        await().atMost(Duration.ofSeconds(90))
                .ignoreExceptions()
                .until(() -> !image.isAlive() || get("/health/ready").startsWith("HTTP/1.1 200 "));
        assertThat(image.isAlive()).as(() -> String.join("\n", output)).isTrue();
        first = output.stream()
                .filter(line -> line.startsWith("process "))
                .mapToLong(line -> Long.parseLong(line.substring(8)))
                .findFirst()
                .orElseThrow();
    }

    private List<String> entryPoint() throws IOException {
        List<String> command = new ArrayList<>(dockerfile.words("ENTRYPOINT"));
        command.addAll(dockerfile.words("CMD"));
        return command;
    }

    private String get(String path) throws IOException {
        return Load.exchange(port, "GET", path, "");
    }

    private void term() {
        assertThat(ProcessHandle.of(first).orElseThrow().destroy()).isTrue();
    }

    @AfterEach
    void kill() throws Exception {
        if (image != null) {
            ProcessHandle.of(first).ifPresent(ProcessHandle::destroyForcibly); // and with it the whole namespace
            assertThat(image.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test // scenario 75
    void javaIsProcessOneHearsTermAndLeavesWithoutZombiesHoldingItUp() throws Exception {
        start(entryPoint());
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + first + "/exe")).getFileName())
                .hasToString("java");
        assertThat(Files.readString(Path.of("/proc/" + first + "/status")))
                .containsPattern("NSpid:\\s+" + first + "\\s+1\\n")
                .containsPattern("Uid:\\s+10001\\s");
        // The embedded databases are its children now, as they have no other parent, and it waits for none of them.
        CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> {
            try {
                return Load.exchange(port, "POST", "/jobs", "{\"type\":\"A\",\"payload\":{\"ms\":1500}}");
            } catch (IOException e) {
                return e.toString();
            }
        });
        assertThat(slow.get(30, TimeUnit.SECONDS)).startsWith("HTTP/1.1 202 ");
        long begin = System.nanoTime();
        term();
        assertThat(image.waitFor(30, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(image.exitValue()).as(() -> String.join("\n", output)).isZero();
        await().until(() -> output.stream().anyMatch(line -> line.startsWith("Shutdown report: received SIGTERM")));
        assertThat(output).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
    }

    @Test // scenario 76
    void aShellAsProcessOneKeepsTermFromJava() throws Exception {
        start(List.of("/bin/sh", "-c", String.join(" ", entryPoint()) + "; true"));
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + first + "/exe")).getFileName())
                .hasToString("dash");
        term();
        // An engine would wait for its whole patience, then kill.
        await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(30)).until(() -> get("/health/ready")
                .startsWith("HTTP/1.1 200 "));
        assertThat(output).noneMatch(line -> line.contains("SIGTERM"));
    }

    @Test // scenario 76, cured
    void aShellThatEndsInExecPassesTermOn() throws Exception {
        start(List.of("/bin/sh", "-c", "cd /data; exec " + String.join(" ", entryPoint())));
        term();
        assertThat(image.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(image.exitValue()).as(() -> String.join("\n", output)).isZero();
    }
}
