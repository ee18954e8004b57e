package io.github.shutdown4j.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * The logging backend of the tests: quiet, and everything at INFO and above can be looked at. A test opens a capture,
 * and sees what is logged until it closes it. In a child process {@code -Dlogs.print=true} also writes each line to
 * standard error, as {@code LEVEL logger - message}.
 */
public final class CapturedLogs implements AutoCloseable {

    /** One logged line; the stack trace of an exception is part of the text. */
    public record Line(Level level, String logger, String text) {}

    private static final boolean PRINT = Boolean.getBoolean("logs.print");
    private static final ConcurrentMap<String, Logger> LOGGERS = new ConcurrentHashMap<>();
    private static final List<CapturedLogs> OPEN = new CopyOnWriteArrayList<>();

    private final List<Line> lines = new CopyOnWriteArrayList<>();

    private final boolean broken;

    private CapturedLogs(boolean broken) {
        this.broken = broken;
    }

    public static CapturedLogs open() {
        return open(false);
    }

    /** A backend that throws at every line, and captures it all the same. */
    public static CapturedLogs openBroken() {
        return open(true);
    }

    private static CapturedLogs open(boolean broken) {
        CapturedLogs logs = new CapturedLogs(broken);
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
        if (OPEN.stream().anyMatch(logs -> logs.broken)) {
            throw new IllegalStateException("this logging backend is broken");
        }
        if (PRINT) {
            System.err.println(line.level() + " " + line.logger() + " - " + line.text());
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
