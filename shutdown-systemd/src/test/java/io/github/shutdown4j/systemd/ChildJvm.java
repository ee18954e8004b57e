package io.github.shutdown4j.systemd;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A separate JVM with the class path of the tests, for what can be tested only once per process. */
final class ChildJvm {

    record Result(int exitCode, List<String> output, List<String> errors) {

        List<String> warnings() {
            return errors.stream().filter(line -> line.startsWith("WARN ")).toList();
        }
    }

    private final List<String> options = new ArrayList<>(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1"));
    private final List<String> classPath = new ArrayList<>();
    private Map<String, String> environment = Map.of();

    ChildJvm() {
        classPath.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
        options.add("-Dlogs.print=true");
        if (Runtime.version().feature() >= 22) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
    }

    ChildJvm option(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    ChildJvm withoutOption(String option) {
        options.remove(option);
        return this;
    }

    ChildJvm withoutJna() {
        classPath.removeIf(entry -> new File(entry).getName().startsWith("jna-"));
        return this;
    }

    ChildJvm environment(Map<String, String> environment) {
        this.environment = environment;
        return this;
    }

    List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    Result run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("child", ".out");
        Path errors = Files.createTempFile("child", ".err");
        try {
            ProcessBuilder builder = SystemdNotifier.hideFrom(new ProcessBuilder(command(main, arguments)));
            builder.environment().putAll(environment);
            builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
            Process process = builder.start();
            if (!process.waitFor(180, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException("child does not end: " + lines(output) + lines(errors));
            }
            return new Result(process.exitValue(), lines(output), lines(errors));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private static List<String> lines(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.toList();
        }
    }
}
