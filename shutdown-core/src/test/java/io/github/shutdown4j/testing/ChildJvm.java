package io.github.shutdown4j.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.shutdown4j.internal.Durations;

/**
 * An application in a separate JVM, started by {@link ChildJvms}, which can be signalled and timed. It starts with the default
 * disposition of every signal, regardless of that of the test's JVM, and is killed at {@link #close}. Failures are {@link
 * AssertionError}s with its output so far. Thread-safe.
 */
public final class ChildJvm implements AutoCloseable {

    /** One line of output and when it came, in {@link System#nanoTime()} of the test. */
    public record Line(String text, boolean error, long nanos) {

        /** The text after {@code err} or {@code out}. */
        @Override
        public String toString() {
            return (error ? "  err " : "  out ") + text;
        }
    }

    /** Long enough for a loaded machine; reached only by a test that fails anyway. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** More than the 30 seconds that a shutdown may take by default. */
    private static final Duration EXIT_PATIENCE = Duration.ofMinutes(2);

    /** A process that the child has started may keep the output open; the child's own output is in the pipe by then. */
    private static final Duration LAST_LINES_PATIENCE = Duration.ofSeconds(5);

    private static final Set<ChildJvm> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // An interrupted build leaves no child processes running.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(ChildJvm::kill)));
    }

    private final Process process;
    private final Optional<Path> report;
    private final ChildOutput output = new ChildOutput();
    private final Set<ProcessHandle> descendants = ConcurrentHashMap.newKeySet();
    private volatile long mark;

    ChildJvm(Process process, Optional<Path> report) {
        this.process = process;
        this.report = report;
        mark = System.nanoTime();
        RUNNING.add(this);
        reader(process.getInputStream(), false);
        reader(process.getErrorStream(), true);
        daemon("exit", this::watchExit);
    }

    /**
     * Returns a launcher of {@code main} with a {@linkplain ChildJvmLauncher#quick quick} start, without {@link ChildJvms}:
     * there is no report, and the test must close the child.
     */
    public static ChildJvmLauncher of(Class<?> main) {
        return new ChildJvmLauncher("-cp", System.getProperty("java.class.path"), main.getName()).quick();
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Returns whether the process is running. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits up to two minutes for the first line that contains {@code part}, which may be an earlier one. */
    public Line awaitLine(String part) {
        return awaitLine(part, PATIENCE);
    }

    /** Like {@link #awaitLine(String)}, with another limit. */
    public Line awaitLine(String part, Duration limit) {
        return awaitLines(part, 1, limit).get(0);
    }

    /** Waits for the first {@code count} lines that contain {@code part}. */
    public List<Line> awaitLines(String part, int count, Duration limit) {
        try {
            List<Line> found = output.find(part, count, limit);
            noteDescendants();
            if (found.size() < count) {
                boolean over = output.awaitComplete(Duration.ZERO);
                throw failure("no " + (count == 1 ? "" : count + " times ") + "\"" + part + "\" "
                        + (over ? "before the end" : "within " + Durations.text(limit)));
            }
            return found;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Sets the mark and sends the signals, microseconds apart. Their names are those of {@code kill}, without SIG: TERM, INT,
     * HUP, QUIT, KILL, STOP, CONT.
     */
    public ChildJvm signal(String... names) {
        if (!process.isAlive()) {
            throw failure("expected it to run, so that it can be sent SIG" + String.join(" and SIG", names));
        }
        return sh(List.of(names).stream().map(n -> "kill -" + n + " $pid").collect(Collectors.joining(";")));
    }

    /** Sets the mark, runs a shell script in which {@code $pid} is this process, and waits for its end. */
    public ChildJvm sh(String script) {
        try {
            noteDescendants();
            mark();
            Process shell = new ProcessBuilder("/bin/sh", "-c", "pid=" + pid() + ";" + script)
                    .redirectErrorStream(true)
                    .start();
            shell.getOutputStream().close();
            String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (shell.waitFor() != 0) {
                throw failure("\"" + script + "\" ended with " + shell.exitValue() + ": " + said.strip());
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Sets the mark and writes a line to standard input. */
    public ChildJvm type(String line) {
        try {
            mark();
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return this;
        } catch (IOException closed) {
            throw failure("cannot type \"" + line + "\": " + closed.getMessage());
        }
    }

    /** Counts {@link Exit#sinceMark()} from now. */
    public ChildJvm mark() {
        mark = System.nanoTime();
        return this;
    }

    /** Waits up to two minutes for the exit and the last line of output. */
    public ChildExit awaitExit() {
        return awaitExit(EXIT_PATIENCE);
    }

    /**
     * Waits for the exit and the last line of output. If the process does not exit in time, the failure contains the stack
     * traces of all its threads.
     */
    public ChildExit awaitExit(Duration limit) {
        try {
            if (!output.awaitEnd(limit)) {
                dumpThreads();
                throw failure("still running after " + Durations.text(limit));
            }
            var unused = output.awaitComplete(LAST_LINES_PATIENCE);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return new ChildExit(
                process.exitValue(),
                Duration.ofNanos(output.endedAt() - mark),
                lines(),
                report.flatMap(ChildReport::read));
    }

    /** Requests a thread dump in the output by SIGQUIT; the JVM continues. */
    private void dumpThreads() throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid())).start().waitFor();
            var unused = output.find("JNI global ref", 1, Duration.ofSeconds(30)); // its last line
        } catch (IOException noKill) {
            // Then without the stack traces.
        }
    }

    /** Waits for the exit and checks its code; the result checks the time since the mark. */
    public ExitTime assertExit(int code) {
        ChildExit exit = awaitExit(PATIENCE);
        if (exit.code() != code) {
            throw failure("expected exit code " + code + ", was " + exit.code());
        }
        return (min, max) -> {
            if (exit.sinceMark().compareTo(min) < 0 || exit.sinceMark().compareTo(max) > 0) {
                throw failure("expected the exit between " + min + " and " + max + " after the mark, was "
                        + exit.sinceMark());
            }
        };
    }

    /** Checks the time between mark and exit. */
    @FunctionalInterface
    public interface ExitTime {
        void within(Duration min, Duration max);
    }

    /** Returns all lines of both streams so far, in the order of arrival. */
    public List<Line> lines() {
        return output.lines();
    }

    /** Returns standard output so far. */
    public List<String> out() {
        return texts(l -> !l.error());
    }

    /** Returns standard error so far; with {@link ChildJvmLauncher#logs()} including the log. */
    public List<String> err() {
        return texts(Line::error);
    }

    /** Kills the process, if it is running, and all of its known child processes. */
    @Override
    public void close() {
        kill();
        try {
            process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RUNNING.remove(this);
    }

    private void kill() {
        noteDescendants();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    /** Recorded before the exit, because afterwards the children of a process cannot be determined. */
    private void noteDescendants() {
        process.descendants().forEach(descendants::add);
    }

    private List<String> texts(Predicate<Line> which) {
        return lines().stream().filter(which).map(Line::text).toList();
    }

    @Override
    public String toString() {
        return "process " + pid() + (process.isAlive() ? ", running" : ", ended with " + process.exitValue());
    }

    private AssertionError failure(String what) {
        String state = process.isAlive() ? "is running" : "ended with " + process.exitValue();
        return new AssertionError(
                what + "; process " + pid() + " " + state + ", output so far:\n" + ChildOutput.text(lines()));
    }

    private void reader(InputStream stream, boolean error) {
        daemon(error ? "err" : "out", () -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                    output.add(new Line(text, error, System.nanoTime()));
                }
            } catch (IOException e) {
                // Killed during the read: the end of the output.
            } finally {
                output.streamClosed();
            }
        });
    }

    private void watchExit() {
        try {
            process.waitFor();
            output.processEnded(System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, "child-" + pid() + "-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted", e);
    }
}
