package io.github.shutdown4j.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // A build that is interrupted leaves no children behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final Optional<Path> report;
    private final List<Thread> readers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // guarded by lock
    private final List<Line> lines = new ArrayList<>();
    private boolean ended;
    private long endedAt;

    private volatile long mark;

    ChildJvm(Process process, Optional<Path> report) {
        this.process = process;
        this.report = report;
        mark = System.nanoTime();
        RUNNING.add(process);
        readers = List.of(reader(process.getInputStream(), false), reader(process.getErrorStream(), true));
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
        long from = System.nanoTime();
        lock.lock();
        try {
            while (true) {
                List<Line> found =
                        lines.stream().filter(l -> l.text().contains(part)).toList();
                if (found.size() >= count) {
                    return found.subList(0, count);
                }
                long left = limit.toNanos() - (System.nanoTime() - from);
                if (left <= 0 || (ended && readers.stream().noneMatch(Thread::isAlive))) {
                    throw new AssertionError("no " + (count == 1 ? "" : count + " times ") + "\"" + part + "\" "
                            + (left <= 0 ? "within " + limit : "before the end") + situation());
                }
                // The end of a reader is not signalled: look again soon once the process is gone.
                changed.awaitNanos(ended ? Math.min(left, TimeUnit.MILLISECONDS.toNanos(5)) : left);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends the signals, named without SIG, microseconds apart, and sets the mark just before. Any that {@code kill}
     * knows: TERM, INT, HUP, QUIT, KILL, STOP, CONT.
     */
    public ChildJvm signal(String... names) {
        return sh(List.of(names).stream().map(n -> "kill -" + n + " $pid").collect(Collectors.joining(";")));
    }

    /** Runs a shell script in which {@code $pid} is this process, and waits for its end; sets the mark just before. */
    public ChildJvm sh(String script) {
        try {
            mark();
            Process shell = new ProcessBuilder("/bin/sh", "-c", "pid=" + pid() + ";" + script)
                    .redirectErrorStream(true)
                    .start();
            shell.getOutputStream().close();
            String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (shell.waitFor() != 0) {
                throw new AssertionError("\"" + script + "\" ended with " + shell.exitValue() + ": " + said);
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    /** Waits for the exit, which may be over, and for the last line of output. */
    public ChildExit awaitExit(Duration limit) {
        long from = System.nanoTime();
        lock.lock();
        try {
            while (!ended) {
                long left = limit.toNanos() - (System.nanoTime() - from);
                if (left <= 0) {
                    throw new AssertionError("still running after " + limit + situation());
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
        try {
            for (Thread reader : readers) {
                reader.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return new ChildExit(
                process.exitValue(), Duration.ofNanos(endedAt - mark), lines(), report.flatMap(ChildReport::read));
    }

    /** Waits for the exit and compares its code; what comes back compares the time since the mark. */
    public ExitTime assertExit(int code) {
        ChildExit exit = awaitExit(PATIENCE);
        if (exit.code() != code) {
            throw new AssertionError("expected exit code " + code + ", was " + exit.code() + situation());
        }
        return (min, max) -> {
            if (exit.sinceMark().compareTo(min) < 0 || exit.sinceMark().compareTo(max) > 0) {
                throw new AssertionError("expected the exit between " + min + " and " + max + " after the mark, was "
                        + exit.sinceMark() + situation());
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
        lock.lock();
        try {
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    /** Standard output so far. */
    public List<String> out() {
        return texts(l -> !l.error());
    }

    /** Standard error so far; with {@link ChildJvmLauncher#logs()} the log as well. */
    public List<String> err() {
        return texts(Line::error);
    }

    /** Kills it, if it still runs. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RUNNING.remove(process);
    }

    private List<String> texts(Predicate<Line> which) {
        return lines().stream().filter(which).map(Line::text).toList();
    }

    @Override
    public String toString() {
        return "process " + pid() + (process.isAlive() ? ", running" : ", ended with " + process.exitValue());
    }

    private String situation() {
        String output = lines().stream().map(Line::toString).collect(Collectors.joining("\n"));
        String state = process.isAlive() ? "is running" : "ended with " + process.exitValue();
        return "; process " + pid() + " " + state + ", output so far:\n" + output;
    }

    private Thread reader(InputStream stream, boolean error) {
        return daemon(error ? "err" : "out", () -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                    Line line = new Line(text, error, System.nanoTime());
                    change(() -> lines.add(line));
                }
            } catch (IOException e) {
                // Killed while we read: the end of the output.
            }
        });
    }

    private void watchExit() {
        try {
            process.waitFor();
            long now = System.nanoTime();
            change(() -> {
                ended = true;
                endedAt = now;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Thread daemon(String name, Runnable body) {
        Thread thread = new Thread(body, "child-" + pid() + "-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted", e);
    }
}
