package io.github.shutdown4j.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * The logging backend of the tests: prints nothing and records everything at INFO and above. A test opens a capture and
 * sees the lines that are logged until it closes it. In a child process {@code -Dlogs.print=true} also writes each line
 * to standard error, as {@code LEVEL logger - message}.
 */
public final class CapturedLogs implements AutoCloseable {

    /** One logged line; the stack trace of an exception is part of the text. */
    public record Line(Level level, String logger, String text) {}

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final boolean PRINT = Boolean.getBoolean("logs.print");
    private static final ConcurrentMap<String, Logger> LOGGERS = new ConcurrentHashMap<>();
    private static final List<CapturedLogs> OPEN = new CopyOnWriteArrayList<>();

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Predicate<Line> fails;

    private CapturedLogs(Predicate<Line> fails) {
        this.fails = fails;
    }

    public static CapturedLogs open() {
        awaitThoseBefore();
        return failing(line -> false);
    }

    /**
     * A shutdown logs on a separate thread, and a service that fails on its own, after the failure is known: on a stalled
     * machine a test ends before the last line is written.
     */
    private static void awaitThoseBefore() {
        long from = System.nanoTime();
        while (isAnyWriting() && System.nanoTime() - from < PATIENCE.toNanos()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static boolean isAnyWriting() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("shutdown4j-log")
                        || thread.getName().startsWith("shutdown4j-service-")
                                && thread.getState() == Thread.State.RUNNABLE);
    }

    /** As {@link #open()}, and every logger throws after it was called. */
    public static CapturedLogs failing() {
        return failing(line -> true);
    }

    /** As {@link #open()}, and the logging of such lines throws. */
    public static CapturedLogs failing(Predicate<Line> fails) {
        CapturedLogs logs = new CapturedLogs(fails);
        OPEN.add(logs);
        return logs;
    }

    public List<Line> lines() {
        return List.copyOf(lines);
    }

    /** The texts of the lines of one level. */
    public List<String> texts(Level level) {
        return lines.stream().filter(l -> l.level() == level).map(Line::text).toList();
    }

    @Override
    public void close() {
        OPEN.remove(this);
    }

    static Logger logger(String name) {
        return LOGGERS.computeIfAbsent(name, CapturingLogger::new);
    }

    private static void add(Line line) {
        OPEN.forEach(logs -> logs.lines.add(line));
        if (PRINT) {
            System.err.println(line.level() + " " + line.logger() + " - " + line.text());
        }
        if (OPEN.stream().anyMatch(logs -> logs.fails.test(line))) {
            throw new IllegalStateException("this logger is broken");
        }
    }

    private static final class CapturingLogger extends LegacyAbstractLogger {

        private static final long serialVersionUID = 1L;

        CapturingLogger(String name) {
            this.name = name;
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return CapturingLogger.class.getName();
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String pattern, Object[] arguments, Throwable throwable) {
            String text = MessageFormatter.basicArrayFormat(pattern, arguments);
            if (throwable != null) {
                StringWriter trace = new StringWriter();
                throwable.printStackTrace(new PrintWriter(trace));
                text = text + System.lineSeparator() + trace;
            }
            add(new Line(level, name, text));
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
