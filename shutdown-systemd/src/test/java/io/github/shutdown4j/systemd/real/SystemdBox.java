package io.github.shutdown4j.systemd.real;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assumptions.abort;

/**
 * A real systemd, booted by the script {@code systemd-box.sh}. Where it cannot run, the
 * test is skipped with the reason; with {@code -Dsystemd.required=true} that is a failure.
 */
public final class SystemdBox implements AutoCloseable {

    private static final String SCRIPT = Path.of(System.getProperty("systemd.box", "src/test/scripts/systemd-box.sh"))
            .toAbsolutePath()
            .toString();

    private static final String PROGRAM = "/run/program";

    private final Process holder;
    private final String first;
    private final AtomicInteger number = new AtomicInteger();
    private String classPath = "";

    private SystemdBox(Process holder, String first) {
        this.holder = holder;
        this.first = first;
    }

    /**
     * Uses the files of this machine, or of the Debian release that the system property {@code systemd.suite} names.
     */
    public static SystemdBox boot() throws Exception {
        String suite = System.getProperty("systemd.suite", "");
        return suite.isEmpty() ? boot(List.of(), List.of(), List.of(), "") : bootSuite(suite);
    }

    /**
     * Uses those of another Debian release, which must have been built. Each path is the same inside as outside, and
     * writable.
     */
    public static SystemdBox bootSuite(String suite, Path... bound) throws Exception {
        return bootSuite(suite, List.of(), bound);
    }

    /** As {@link #bootSuite}, with its own network: neither can this machine reach the box, nor the box this machine. */
    public static SystemdBox bootSuiteWithOwnNetwork(String suite, Path... bound) throws Exception {
        return bootSuite(suite, List.of("--own-network"), bound);
    }

    private static SystemdBox bootSuite(String suite, List<String> options, Path... bound) throws Exception {
        String help = "; build it once: " + SCRIPT + " suite " + suite;
        return boot(List.of("--suite", suite), options, List.of(bound), help);
    }

    private static SystemdBox boot(List<String> suite, List<String> options, List<Path> bound, String help)
            throws Exception {
        requireOrSkip(suite, help);
        List<String> command = new ArrayList<>(List.of(SCRIPT, "hold"));
        command.addAll(suite);
        command.addAll(options);
        command.addAll(List.of("--bind", System.getProperty("java.home")));
        for (Path path : bound) {
            command.addAll(List.of("--bind", path.toString()));
        }
        Process holder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = holder.inputReader(StandardCharsets.UTF_8);
        String ready = output.readLine();
        if (ready == null || !ready.startsWith("ready ")) {
            throw new IllegalStateException("the box does not come up: " + ready);
        }
        SystemdBox box = new SystemdBox(holder, ready.substring(6));
        box.copyClassPath();
        return box;
    }

    private static void requireOrSkip(List<String> suite, String help) throws Exception {
        List<String> command = new ArrayList<>();
        if (!new File("/bin/bash").exists()) {
            skip("no bash");
        }
        command.addAll(List.of(SCRIPT, "check"));
        command.addAll(suite);
        Answer check = run(command);
        if (check.exitCode() != 0) {
            skip(check.output().strip() + help);
        }
    }

    private static void skip(String reason) {
        if (Boolean.getBoolean("systemd.required")) {
            throw new AssertionError("a real systemd is required, but cannot run here: " + reason);
        }
        abort("needs a real systemd: " + reason);
    }

    /**
     * Copies the parts of our class path that a service needs into the box: a unit with its own user cannot read a home
     * directory.
     */
    private void copyClassPath() throws IOException {
        Path target = Path.of("/proc", first, "root" + PROGRAM);
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path source = Path.of(entry);
            String name = source.getFileName().toString();
            if (Files.isDirectory(source)) {
                copyTree(source, target.resolve("classes" + number++));
            } else if (name.startsWith("jna-")
                    || name.startsWith("slf4j-api-")
                    || name.startsWith("shutdown-core-")
                    || name.startsWith("jackson-")) {
                Files.createDirectories(target);
                Files.copy(source, target.resolve(name));
            }
        }
        try (Stream<Path> entries = Files.list(target)) {
            classPath = entries.map(entry -> PROGRAM + "/" + entry.getFileName())
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static void copyTree(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** A path in the box, as seen from here; its parent directory exists. */
    public Path path(String absolute) throws IOException {
        Path path = Path.of("/proc", first, "root" + absolute);
        Files.createDirectories(path.getParent());
        return path;
    }

    /** A command line that starts a main class of the tests. */
    public String java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-Xmx64m", "-XX:-CreateCoredumpOnCrash", "-Dlogs.print=true"));
        command.add("-XX:ErrorFile=/dev/null");
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return String.join(" ", command);
    }

    public Answer enter(String... command) {
        List<String> all = new ArrayList<>(List.of(SCRIPT, "enter", first));
        all.addAll(List.of(command));
        return run(all);
    }

    public Answer systemctl(String... arguments) {
        List<String> all = new ArrayList<>(List.of("systemctl"));
        all.addAll(List.of(arguments));
        return enter(all.toArray(String[]::new));
    }

    /** Writes a unit file and makes systemd load it, and keep it when the unit has ended. */
    public void unit(String name, String text) throws IOException {
        Path directory = Path.of("/proc", first, "root/run/systemd/system");
        Files.createDirectories(directory.resolve("box.target.wants"));
        Files.writeString(directory.resolve(name), text);
        Files.createSymbolicLink(directory.resolve("box.target.wants").resolve(name), Path.of("../" + name));
        systemctl("daemon-reload");
    }

    /** Writes the unit file of a service, under a name that is unique in this box. */
    public BoxUnit service(String settings) throws IOException {
        String name = "t" + number.incrementAndGet() + ".service";
        unit(name, "[Service]\nLimitCORE=0\nTimeoutStartSec=60\n" + settings + "\n");
        return new BoxUnit(this, name);
    }

    /** The unit with this name, written before. */
    public BoxUnit named(String name) {
        return new BoxUnit(this, name);
    }

    public String show(String unit, String property) {
        return systemctl("show", "-P", property, unit).output().strip();
    }

    /** Everything logged so far, including what the journal has not read yet. */
    public String journal(String unit) {
        enter("journalctl", "--sync");
        return enter("journalctl", "--no-pager", "-o", "cat", "-u", unit).output();
    }

    private static Answer run(List<String> command) {
        return Answer.of(new ProcessBuilder(command), Duration.ofMinutes(2));
    }

    @Override
    public void close() throws Exception {
        holder.getOutputStream().close();
        if (!holder.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the box does not end");
        }
    }
}
