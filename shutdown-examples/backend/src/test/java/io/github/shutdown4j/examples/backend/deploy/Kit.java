package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.core.ConditionFactory;

import io.github.shutdown4j.systemd.real.Answer;
import io.github.shutdown4j.systemd.real.SystemdBox;
import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The directory deploy and the jar in a real systemd, as an operator has them before the installation. */
final class Kit implements AutoCloseable {

    static final String SERVICE = "shutdown-backend.service";
    static final String SOCKET = "shutdown-backend.socket";
    static final String HOME = "/srv/kit";

    final SystemdBox box;
    final int port;

    /** @param box closed by {@link #close} */
    Kit(SystemdBox box) throws IOException {
        this.box = box;
        port = FreePort.find();
        Path deploy = Path.of("deploy");
        try (Stream<Path> files = Files.walk(deploy)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, box.path(HOME + "/" + deploy.relativize(file)));
            }
        }
        Files.copy(Path.of(System.getProperty("example.jar")), box.path(HOME + "/backend.jar"));
        // Sets the port in a drop-in, as "systemctl edit" does. The network is that of this machine.
        Files.writeString(
                box.path("/etc/systemd/system/" + SOCKET + ".d/port.conf"),
                "[Socket]\nListenStream=\nListenStream=127.0.0.1:" + port + "\n");
        // A root file system made by debootstrap has none.
        if (!Files.exists(box.path("/etc/hosts"))) {
            Files.writeString(box.path("/etc/hosts"), "127.0.0.1 localhost\n");
        }
    }

    static String java() {
        return System.getProperty("java.home") + "/bin/java";
    }

    /** Runs the install script as root. */
    Answer install(String... arguments) {
        List<String> command = new ArrayList<>(List.of(HOME + "/install-systemd-service.sh"));
        command.addAll(List.of(arguments));
        return box.enter(command.toArray(String[]::new));
    }

    void installWell() {
        Answer answer = install("--java", java());
        assertThat(answer.exitCode()).as(() -> answer + journal()).isZero();
    }

    Answer control(String... arguments) {
        List<String> command = new ArrayList<>(List.of("/usr/local/bin/shutdown-backendctl"));
        command.addAll(List.of(arguments));
        return box.enter(command.toArray(String[]::new));
    }

    Answer controlWell(String verb) {
        Answer answer = control(verb);
        assertThat(answer.exitCode()).as(() -> verb + ": " + answer + journal()).isZero();
        return answer;
    }

    /** The file with the output of "logs -f" for the next minute. */
    Path followLogs() throws IOException {
        box.enter("sh", "-c", "timeout 60 /usr/local/bin/shutdown-backendctl logs -f </dev/null >/run/followed 2>&1 &");
        return box.path("/run/followed");
    }

    Answer asNobody(String... command) {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        all.addAll(List.of(command));
        return box.enter(all.toArray(String[]::new));
    }

    /** Changes a setting of the service, as "systemctl edit" does. */
    void dropIn(String settings) throws IOException {
        Files.writeString(box.path("/run/systemd/system/" + SERVICE + ".d/test.conf"), "[Service]\n" + settings + "\n");
        box.systemctl("daemon-reload");
    }

    void settings(String toml) throws IOException {
        Files.writeString(box.path("/etc/shutdown-backend/config.toml"), toml);
    }

    String show(String property) {
        return box.show(SERVICE, property);
    }

    /** For a service that has ended: systemctl returns before the unit's ExecStopPost has run. */
    String stateAfterStopPost() {
        await().atMost(Duration.ofSeconds(30)).until(() -> !show("SubState").equals("stop-post"));
        return show("SubState");
    }

    /** The exposure level of "systemd-analyze security", from 0, the best, to 10. */
    double exposure() {
        String output =
                box.enter("systemd-analyze", "security", "--no-pager", SERVICE).output();
        Matcher overall =
                Pattern.compile("Overall exposure level for \\S+: ([0-9.]+)").matcher(output);
        assertThat(overall.find()).as(output).isTrue();
        return Double.parseDouble(overall.group(1));
    }

    String journal() {
        return box.journal(SERVICE);
    }

    /** The journal entries of the service with these priorities, such as "warning" or "debug..debug". */
    String journalEntries(String priorities) {
        box.enter("journalctl", "--sync");
        return box.enter("journalctl", "-q", "-o", "cat", "-p", priorities, "_SYSTEMD_UNIT=" + SERVICE)
                .output();
    }

    static ConditionFactory within(int seconds) {
        return await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(seconds));
    }

    /** The command has succeeded, and the process that runs after it answers some requests. */
    void awaitAnswersAfter(Load load, Answer command) {
        assertThat(command.exitCode()).as(() -> command.output() + journal()).isZero();
        int before = load.answered();
        within(30).until(() -> load.answered() > before + 20);
    }

    String inodeOfTheJar() {
        return box.enter("stat", "-c", "%i", "/usr/local/lib/shutdown-backend/backend.jar")
                .output();
    }

    @Override
    public void close() throws Exception {
        box.close();
    }
}
