package io.github.shutdown4j.examples.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The packaged example in a JVM of its own, in a folder of its own, with the default meaning of every signal. It is
 * killed by {@link #close}. The jar is the one that the system property {@code example.jar} names.
 */
public final class ExampleProcess implements AutoCloseable {

    /** Long enough for a loaded machine; reached only by a test that fails anyway. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the examples print when they are open. */
    private static final String LISTENING = "listening on port ";

    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Process process;
    private final Thread reader;
    private volatile long mark = System.nanoTime();

    private ExampleProcess(Process process) {
        this.process = process;
        reader = new Thread(this::read, "example-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it; the environment is that of the test and these. */
    public static ExampleProcess start(Path folder, Map<String, String> environment, String... jvmOptions)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP,INT,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-jar", System.getProperty("example.jar")));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        return new ExampleProcess(builder.start());
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(output::add);
        } catch (IOException | UncheckedIOException killedWhileWeRead) {
            // The end of the output.
        }
    }

    /** All lines so far, of both streams. */
    public List<String> output() {
        return output;
    }

    /** Whether it has not ended yet. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the first line that contains {@code part}. */
    public String awaitLine(String part) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            boolean last = !reader.isAlive() || System.nanoTime() - end > 0;
            for (String line : output) {
                if (line.contains(part)) {
                    return line;
                }
            }
            if (last) {
                throw failure("no line with \"" + part + "\"");
            }
            Thread.sleep(5);
        }
    }

    /** Waits until it is open, and returns its port. */
    public int awaitPort() throws InterruptedException {
        String line = awaitLine(LISTENING);
        return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    }

    /** The number at the end of the first line that contains {@code part}. */
    public long number(String part) throws InterruptedException {
        String line = awaitLine(part);
        return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }

    /** Sends the signal, named without SIG; from just before it counts {@link #awaitExit}. */
    public void signal(String name) throws IOException, InterruptedException {
        mark = System.nanoTime();
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw failure("kill -" + name + " ended with " + code);
        }
    }

    /** Writes a line to its standard input; from just before it counts {@link #awaitExit}. */
    public void type(String line) throws IOException {
        mark = System.nanoTime();
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Waits for the exit and the last line of output, and returns how long after the last signal the exit came. */
    public Duration awaitExit(int code) throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw failure("still running");
        }
        Duration took = Duration.ofNanos(System.nanoTime() - mark);
        reader.join(5_000);
        if (process.exitValue() != code) {
            throw failure("expected exit code " + code + ", was " + process.exitValue());
        }
        return took;
    }

    private AssertionError failure(String what) {
        return new AssertionError(what + "; output:\n" + String.join("\n", output));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(5, TimeUnit.SECONDS);
    }
}
