package io.github.shutdown4j.systemd.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The exit code of a command, its output on both streams, and its duration. */
public record Answer(int exitCode, String output, long millis) {

    /**
     * Runs a command, without input, to its end. Its output goes into a file: a process that it leaves behind would keep a
     * pipe open.
     *
     * @throws IllegalStateException if it does not end in time
     */
    public static Answer of(ProcessBuilder command, Duration limit) {
        try {
            Path file = Files.createTempFile("answer", "");
            try {
                long begin = System.nanoTime();
                Process process = command.redirectErrorStream(true)
                        .redirectOutput(file.toFile())
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException(
                            command.command() + " does not end within " + limit + ": " + read(file));
                }
                return new Answer(process.exitValue(), read(file), (System.nanoTime() - begin) / 1_000_000);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + " after " + millis + " ms: " + output;
    }
}
