package io.github.shutdown4j.internal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The logger of one component; each line begins with the name of the component. An exception thrown by the logging
 * backend, for example for lack of memory, does not reach the caller. If the backend cannot write an exception that is
 * logged, the line is written once more, with its text only.
 *
 * <p>Names and other values may come from an untrusted source. They are written on one line and without control characters,
 * so they cannot imitate another line or change the terminal. Stack traces of exceptions are left to the backend.
 */
public final class ComponentLogger {

    private final @Nullable Logger logger; // null: discards everything
    private final String name;

    /**
     * @param type the public type that gives the logger its name, so that users can configure it
     * @param name the prefix of each line, such as {@code services}
     */
    public ComponentLogger(Class<?> type, String name) {
        this(LoggerFactory.getLogger(type), name);
    }

    /** Like the other constructor, for a type on which this package must not depend. */
    public ComponentLogger(String typeName, String name) {
        this(LoggerFactory.getLogger(typeName), name);
    }

    private ComponentLogger(@Nullable Logger logger, String name) {
        this.logger = logger;
        this.name = OneLine.keepingBlanks(name);
    }

    /** Returns the text as a value that keeps its line breaks. */
    public static StringBuilder lines(String text) {
        return new StringBuilder(text);
    }

    /** Returns a logger that discards everything. */
    public static ComponentLogger silent() {
        return new ComponentLogger((@Nullable Logger) null, "");
    }

    /**
     * Logs a line.
     *
     * @param values the arguments of the {@code {}} placeholders, as in SLF4J; a trailing {@link Throwable} is logged
     *     with its stack, a trailing null is ignored, and {@link #lines} keeps line breaks, for text that this library has laid out
     *     itself
     */
    public void log(Level level, String line, @Nullable Object... values) {
        try {
            @Nullable Object[] all = new @Nullable Object[values.length + 1];
            all[0] = name; // an argument, because a name may contain braces
            System.arraycopy(values, 0, all, 1, values.length);
            write(level, "{}: " + line, all);
        } catch (RuntimeException | Error unwritten) {
            logWithoutException(level, line, values);
        }
    }

    /** An exception of foreign code may throw once more when its stack is printed. */
    private void logWithoutException(Level level, String line, @Nullable Object... values) {
        if (values.length == 0 || !(values[values.length - 1] instanceof Throwable failure)) {
            return; // There is nowhere left to report it.
        }
        try {
            @Nullable Object[] all = new @Nullable Object[values.length + 1];
            all[0] = name;
            System.arraycopy(values, 0, all, 1, values.length);
            all[values.length] = Failures.text(failure);
            write(level, "{}: " + line + ": {}", all);
        } catch (RuntimeException | Error unwritten) {
            // There is nowhere left to report it.
        }
    }

    private void write(Level level, String line, @Nullable Object[] values) {
        if (logger == null || !isEnabled(logger, level)) {
            return;
        }
        for (int i = 1; i < values.length; i++) {
            values[i] = onOneLine(values[i]);
        }
        if (level == Level.ERROR) {
            logger.error(line, values);
        } else if (level == Level.WARN) {
            logger.warn(line, values);
        } else if (level == Level.INFO) {
            logger.info(line, values);
        } else if (level == Level.DEBUG) {
            logger.debug(line, values);
        } else {
            logger.trace(line, values);
        }
    }

    private static boolean isEnabled(Logger logger, Level level) {
        return level == Level.DEBUG
                ? logger.isDebugEnabled()
                : level == Level.TRACE ? logger.isTraceEnabled() : level != Level.INFO || logger.isInfoEnabled();
    }

    private static @Nullable Object onOneLine(@Nullable Object value) {
        return value == null || value instanceof Number || value instanceof Throwable || value instanceof StringBuilder
                ? value
                : OneLine.keepingBlanks(value.toString());
    }

    public void trace(String line, @Nullable Object... values) {
        log(Level.TRACE, line, values);
    }

    public void debug(String line, @Nullable Object... values) {
        log(Level.DEBUG, line, values);
    }

    public void info(String line, @Nullable Object... values) {
        log(Level.INFO, line, values);
    }

    public void warn(String line, @Nullable Object... values) {
        log(Level.WARN, line, values);
    }

    /** Like {@link #warn(String, Object...)}; throws nothing even if there is no memory for the array of values. */
    public void warn(String line, Throwable failure) {
        try {
            log(Level.WARN, line, failure);
        } catch (VirtualMachineError tooLittleMemory) {
            // There is nowhere left to report it.
        }
    }

    /** Like {@link #error(String, Object...)}; throws nothing even if there is no memory for the array of values. */
    public void error(String line, Throwable failure) {
        try {
            log(Level.ERROR, line, failure);
        } catch (VirtualMachineError tooLittleMemory) {
            // There is nowhere left to report it.
        }
    }

    public void error(String line, @Nullable Object... values) {
        log(Level.ERROR, line, values);
    }
}
