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

/**
 * An application in a JVM of its own, started by {@link ChildJvms}, which can be signalled and timed. It starts with
 * the default disposition of every signal, whatever the JVM of the test has inherited, and is killed at {@link #close}.
 * What fails, fails with an {@link AssertionError} that shows its output so far. May be used by several threads.
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
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** More than the 30 seconds that a shutdown may take by default. */
    private static final Duration EXIT_PATIENCE = Duration.ofSeconds(60);

    /** A process that the child leaves behind may keep its output open; the child's own is in the pipe by then. */
    private static final Duration LAST_LINES_PATIENCE = Duration.ofSeconds(5);

    private static final Set<ChildJvm> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // A build that is interrupted leaves no children behind.
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
     * How to start {@code main} {@linkplain ChildJvmLauncher#quick quickly}, without the help of {@link ChildJvms}: there
     * is no report, and the test closes the child itself.
     */
    public static ChildJvmLauncher of(Class<?> main) {
        return new ChildJvmLauncher("-cp", System.getProperty("java.class.path"), main.getName()).quick();
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has not ended yet. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The first line that contains {@code part}, which may have come long ago. */
    public Line awaitLine(String part) {
        return awaitLine(part, PATIENCE);
    }

    /** As {@link #awaitLine(String)}, but no longer than {@code limit}. */
    public Line awaitLine(String part, Duration limit) {
        return awaitLines(part, 1, limit).get(0);
    }

    /** The first {@code count} lines that contain {@code part}. */
    public List<Line> awaitLines(String part, int count, Duration limit) {
        try {
            List<Line> found = output.find(part, count, limit);
            noteDescendants();
            if (found.size() < count) {
                boolean over = output.awaitComplete(Duration.ZERO);
                throw failure("no " + (count == 1 ? "" : count + " times ") + "\"" + part + "\" "
                        + (over ? "before the end" : "within " + limit));
            }
            return found;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Sends the signals, named without SIG, microseconds apart, and sets the mark just before. Any that {@code kill}
     * knows: TERM, INT, HUP, QUIT, KILL, STOP, CONT.
     */
    public ChildJvm signal(String... names) {
        if (!process.isAlive()) {
            throw failure("expected it to run, so that it can be sent SIG" + String.join(" and SIG", names));
        }
        return sh(List.of(names).stream().map(n -> "kill -" + n + " $pid").collect(Collectors.joining(";")));
    }

    /** Runs a shell script in which {@code $pid} is this process, and waits for its end; sets the mark just before. */
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

    /** Writes a line to its standard input; sets the mark just before. */
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

    /** Waits up to a minute for the exit, which may be over, and for the last line of output. */
    public ChildExit awaitExit() {
        return awaitExit(EXIT_PATIENCE);
    }

    /**
     * Waits for the exit, which may be over, and for the last line of output. If the exit does not come, the failure shows
     * where all threads of the process stand.
     */
    public ChildExit awaitExit(Duration limit) {
        try {
            if (!output.awaitEnd(limit)) {
                dumpThreads();
                throw failure("still running after " + limit);
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

    /** As text among its output; the JVM does that for SIGQUIT, and goes on. */
    private void dumpThreads() throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid())).start().waitFor();
            var unused = output.find("JNI global ref", 1, Duration.ofSeconds(10)); // its last line
        } catch (IOException noKill) {
            // Then without.
        }
    }

    /** Waits for the exit and compares its code; what comes back compares the time since the mark. */
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

    /** Compares the time between mark and exit. */
    @FunctionalInterface
    public interface ExitTime {
        void within(Duration min, Duration max);
    }

    /** All lines so far, both streams, in the order of arrival. */
    public List<Line> lines() {
        return output.lines();
    }

    /** Standard output so far. */
    public List<String> out() {
        return texts(l -> !l.error());
    }

    /** Standard error so far; with {@link ChildJvmLauncher#logs()} the log as well. */
    public List<String> err() {
        return texts(Line::error);
    }

    /** Kills it, if it still runs, and all processes that it was seen to have started. */
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

    /** Once the child has ended, nobody can tell which processes were its own. */
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
                // Killed while we read: the end of the output.
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
