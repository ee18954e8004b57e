package io.github.shutdown4j.examples.backend.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.ClassArchive;
import io.github.shutdown4j.systemd.real.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A directory for "shutdown-backendctl --home DIR", and that script. */
abstract class OneDirectory {

    static final List<String> AS_NOBODY = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    /** More than the default of an operator: this machine may be busy with other tests. */
    static final Duration START_PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path home;

    Path script = Path.of("deploy/shutdown-backendctl").toAbsolutePath();
    String output = "";

    @BeforeEach
    void needShell() {
        assumeTrue(Files.exists(Path.of("/bin/sh")), "needs /bin/sh");
    }

    int control(String... arguments) throws Exception {
        Answer answer = controlWith(Map.of(), arguments);
        output = answer.output();
        return answer.exitCode();
    }

    Answer controlWith(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", script.toString(), "--home", home.toString()));
        command.addAll(List.of(arguments));
        return run(environment, command);
    }

    Answer run(Map<String, String> environment, List<String> words) throws Exception {
        // As under nohup, where SIGHUP is ignored unless the process installs a handler.
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' HUP; exec \"$@\"", "sh"));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .put("JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 " + String.join(" ", ClassArchive.options()));
        builder.environment().put("BACKEND_JAR", System.getProperty("example.jar"));
        builder.environment().put("START_SECONDS", Long.toString(START_PATIENCE.toSeconds()));
        builder.environment().keySet().removeAll(List.of("PORT", "DATA_DIR"));
        builder.environment().putAll(environment);
        return Answer.of(builder, Duration.ofMinutes(10));
    }

    static void assertAnswer(Answer answer, int exitCode, String output) {
        assertThat(answer.exitCode() + ": " + answer.output()).isEqualTo(exitCode + ": " + output);
    }

    void controlWell(String... arguments) throws Exception {
        int code = control(arguments);
        assertThat(code).as(() -> String.join(" ", arguments) + ": " + output).isZero();
    }

    /** A directory with only these programs, for a PATH. */
    Path tools(String... names) throws Exception {
        Path tools = Files.createDirectory(home.resolve("tools"));
        for (String name : names) {
            Path program = List.of(Path.of("/usr/bin", name), Path.of("/bin", name)).stream()
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElse(null);
            assumeTrue(program != null, "needs " + name);
            Files.createSymbolicLink(tools.resolve(name), program);
        }
        return tools;
    }

    static Path program(Path file, String text) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    /** A process that the script mistakes for the backend of this directory. */
    Process standIn(String onTerm) throws Exception {
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "trap '" + onTerm + "' TERM; echo ready; while :; do sleep 0.1; done",
                        "sh",
                        "-Dbackend.home=" + home.toAbsolutePath())
                .directory(home.toFile())
                .start();
        assertThat(process.getInputStream().read()).isEqualTo('r');
        Files.writeString(home.resolve("backend.pid"), process.pid() + "\n");
        return process;
    }

    CompletableFuture<Answer> inBackground(Map<String, String> environment, String verb) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return controlWith(environment, verb);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                task -> new Thread(task).start());
    }
}
