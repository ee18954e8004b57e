package io.github.shutdown4j.examples.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.shutdown4j.systemd.real.SystemdBox;

import static org.assertj.core.api.Assertions.assertThat;

/** The packaged unit files; only the name, the port and the path of java are different. */
final class PackagedUnits {

    private static final Path UNITS = Path.of("src/main/systemd");

    private PackagedUnits() {}

    static void copyJar(SystemdBox box) throws IOException {
        Files.copy(
                Path.of(System.getProperty("example.jar")),
                box.path("/usr/local/lib/systemd-service/systemd-service.jar"));
    }

    static String service(String name) throws IOException {
        String text = Files.readString(UNITS.resolve("systemd-service.service"));
        assertThat(text).contains("ExecStart=/usr/bin/java -jar ").contains("Directory=systemd-service");
        return text.replace("ExecStart=/usr/bin/java ", "ExecStart=" + System.getProperty("java.home") + "/bin/java ")
                .replace("Directory=systemd-service", "Directory=" + name)
                .replace("/var/lib/systemd-service", "/var/lib/" + name);
    }

    static String socket(int port) throws IOException {
        String text = Files.readString(UNITS.resolve("systemd-service.socket"));
        assertThat(text).contains("ListenStream=8080");
        return text.replace("ListenStream=8080", "ListenStream=127.0.0.1:" + port);
    }
}
