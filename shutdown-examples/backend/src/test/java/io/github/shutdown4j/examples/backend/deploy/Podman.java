package io.github.shutdown4j.examples.backend.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.systemd.real.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

/** The image of the backend, and podman to run it, through the script {@code container.sh}. */
record Podman(Path directory) {

    /** The name of the image, and the prefix of the names of its containers. Two runs may share this machine. */
    static final String NAME =
            "shutdown-backend-test-" + ProcessHandle.current().pid();

    /** The storage directory, for another podman to read. */
    static Path images() {
        String caches = System.getenv().getOrDefault("SYSTEMD_BOX_CACHE", "/var/cache/shutdown4j-systemd-box");
        return Path.of(caches, "containers", "root");
    }

    /** Builds the image from the Dockerfile; aborts the test where that is impossible. */
    void build() throws Exception {
        Answer check = script("check");
        if (check.exitCode() == 3) {
            abort("needs " + check.output().strip());
        } else if (Runtime.version().feature() < 25) {
            abort("needs JDK 25, for the class cache of the image");
        }
        // Lower than the limits that podman requests by default, which not every machine allows.
        Files.writeString(settings(), "[containers]\ndefault_ulimits = [\"nofile=4096:4096\", \"nproc=4096:4096\"]\n");
        Answer build = script("build", System.getProperty("example.jar"), System.getProperty("java.home"), NAME);
        assertThat(build.exitCode()).as(build::output).isZero();
    }

    private Path settings() {
        return directory.resolve("containers.conf");
    }

    Answer run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("podman"));
        if (Files.exists(Path.of("/usr/sbin/runc"))) {
            command.addAll(List.of("--runtime", "runc"));
        }
        command.addAll(List.of(arguments));
        return script(command.toArray(String[]::new));
    }

    private Answer script(String... arguments) {
        List<String> command = new ArrayList<>(List.of("src/test/scripts/container.sh"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CONTAINERS_CONF", settings().toString());
        return Answer.of(builder, Duration.ofSeconds(200));
    }
}
