package io.github.shutdown4j.examples.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A separate JVM and its output. Its log is discarded. */
final class Child implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;
    private final long started;

    private Child(Process process, long started) {
        this.process = process;
        this.started = started;
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Child start(String classPath, List<String> options, String main, String... args) throws IOException {
        return start(Map.of(), classPath, options, main, args);
    }

    static Child start(
            Map<String, String> environment, String classPath, List<String> options, String main, String... args)
            throws IOException {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-cp", classPath, main));
        all.addAll(List.of(args));
        return start(environment, Path.of(""), all);
    }

    /** Starts a JVM in this directory with these arguments of the command. */
    static Child start(Map<String, String> environment, Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toAbsolutePath().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        long now = System.nanoTime();
        return new Child(builder.start(), now);
    }

    /** The words of the next line that begins with this word, without it. */
    List<String> await(String word) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(word)) {
                return List.of(line.substring(word.length()).strip().split(" ", -1));
            }
        }
        throw new IOException("the child has ended without " + word + ", with "
                + (process.isAlive() ? "no code yet" : process.exitValue()));
    }

    /** Writes a line to its standard input. */
    void say(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    long pid() {
        return process.pid();
    }

    double millisSinceStart() {
        return (System.nanoTime() - started) / 1e6;
    }

    /** Sends TERM. Returns the moment before, as {@code nanoTime}. */
    long term() {
        long now = System.nanoTime();
        process.destroy();
        return now;
    }

    /** Waits for the end of the process. Returns the moment, as {@code nanoTime}. */
    long awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the child does not end: " + process.info());
        }
        return System.nanoTime();
    }

    /** Kills it if it is still running. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
