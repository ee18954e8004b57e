package io.github.shutdown4j.internal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.NOPLogger;

/**
 * The log of one component: each line begins with its name. A logging backend that throws, for want of memory for
 * example, does not disturb the caller.
 */
public final class ComponentLogger {

    private final Logger logger;
    private final String name;

    /**
     * @param type the public type after which the logger is named, so that users can configure it
     * @param name what each line begins with, such as {@code services}
     */
    public ComponentLogger(Class<?> type, String name) {
        this(LoggerFactory.getLogger(type), name);
    }

    /** As the other one, for a type that this package must not depend on. */
    public ComponentLogger(String typeName, String name) {
        this(LoggerFactory.getLogger(typeName), name);
    }

    private ComponentLogger(Logger logger, String name) {
        this.logger = logger;
        this.name = name;
    }

    /** A logger that writes nothing. */
    public static ComponentLogger silent() {
        return new ComponentLogger(NOPLogger.NOP_LOGGER, "");
    }

    /**
     * Logs a line.
     *
     * @param values for the {@code {}} in the line, as SLF4J has it; a {@link Throwable} at the end is logged with its
     *     stack, a null there is nothing
     */
    public void log(Level level, String line, @Nullable Object... values) {
        try {
            @Nullable Object[] all = new @Nullable Object[values.length + 1];
            all[0] = name; // a value, because a name may contain braces
            System.arraycopy(values, 0, all, 1, values.length);
            write(level, "{}: " + line, all);
        } catch (RuntimeException | Error unwritten) {
            // There is nowhere left to report it.
        }
    }

    private void write(Level level, String line, @Nullable Object[] values) {
        if (level == Level.ERROR) {
            logger.error(line, values);
        } else if (level == Level.WARN) {
            logger.warn(line, values);
        } else if (level == Level.INFO) {
            logger.info(line, values);
        } else {
            logger.debug(line, values);
        }
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

    public void error(String line, @Nullable Object... values) {
        log(Level.ERROR, line, values);
    }
}
