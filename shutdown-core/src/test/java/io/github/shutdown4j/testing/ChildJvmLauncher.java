package io.github.shutdown4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.github.shutdown4j.ReportFile;

/**
 * Configures and starts a {@link ChildJvm}: with the {@code java} of the running test, the default disposition of every signal,
 * and without JVM options from the environment. Not thread-safe.
 */
public final class ChildJvmLauncher {

    /** Not a shell, because POSIX forbids a shell to reset a signal that was ignored when it started. */
    private static final List<String> WITH_DEFAULT_SIGNALS = firstThatWorks(
            List.of("env", "--default-signal=HUP,INT,QUIT,TERM"),
            List.of("perl", "-e", "$SIG{$_}='DEFAULT' for qw(HUP INT QUIT TERM); exec @ARGV", "--"));

    private List<String> program;
    private final List<String> wrapper = new ArrayList<>();
    private final List<String> jvm = new ArrayList<>();
    private final List<String> args = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Consumer<ChildJvm>> onStart = new ArrayList<>();
    private Path directory = Path.of("").toAbsolutePath();
    private Optional<Path> report = Optional.empty();

    /** @param program the arguments between the options of the JVM and the arguments of the application */
    ChildJvmLauncher(String... program) {
        this.program = List.of(program);
    }

    ChildJvmLauncher reportingTo(Path file) {
        report = Optional.of(file);
        return property(ReportFile.PROPERTY, file.toString());
    }

    ChildJvmLauncher onStart(Consumer<ChildJvm> consumer) {
        onStart.add(consumer);
        return this;
    }

    /** Sets the class path of an application that is started by its main class. Default: that of the test. */
    public ChildJvmLauncher classPath(String classPath) {
        if (!program.get(0).equals("-cp")) {
            throw new IllegalStateException("a class path is of no use for " + program + ", which has its own");
        }
        program = List.of("-cp", classPath, program.get(2));
        return this;
    }

    /** Tunes the JVM for a quick start and a short life, with little memory. */
    public ChildJvmLauncher quick() {
        return jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m");
    }

    /** Adds options for the JVM. */
    public ChildJvmLauncher jvm(String... options) {
        jvm.addAll(List.of(options));
        return this;
    }

    /** Adds a system property. */
    public ChildJvmLauncher property(String name, String value) {
        return jvm("-D" + name + "=" + value);
    }

    /** For the tests of this library, whose log is otherwise discarded: writes it to standard error. */
    public ChildJvmLauncher logs() {
        return property("logs.print", "true");
    }

    /** Adds arguments for the application. */
    public ChildJvmLauncher args(String... arguments) {
        args.addAll(List.of(arguments));
        return this;
    }

    /** Adds an environment variable to those of the test. */
    public ChildJvmLauncher env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Sets the working directory. Default: that of the test. */
    public ChildJvmLauncher directory(Path path) {
        directory = path;
        return this;
    }

    /** Ignores the signal, named without SIG, as {@code nohup} does for HUP and {@code cmd &} for INT. */
    public ChildJvmLauncher ignoring(String signal) {
        return under("/bin/sh", "-c", "trap '' " + signal + "; exec \"$@\"", "sh");
    }

    /** Runs {@code command java …}; the command must end in an {@code exec}, so that the process stays the same. */
    public ChildJvmLauncher under(String... command) {
        wrapper.addAll(List.of(command));
        return this;
    }

    /** Starts the process and returns at once. */
    public ChildJvm start() {
        List<String> command = new ArrayList<>(WITH_DEFAULT_SIGNALS);
        command.addAll(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(program);
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        try {
            ChildJvm child = new ChildJvm(builder.start(), report);
            onStart.forEach(consumer -> consumer.accept(child));
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SafeVarargs
    private static List<String> firstThatWorks(List<String>... commands) {
        for (List<String> command : commands) {
            List<String> probe = new ArrayList<>(command);
            probe.add("true");
            try {
                Process process = new ProcessBuilder(probe)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor() == 0) {
                    return command;
                }
            } catch (IOException e) {
                // Not on this machine: try the next.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("neither GNU env nor perl is there to reset the signals of a child process");
    }
}
