package io.github.shutdown4j.internal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The log of one block: each line begins with its name, and a backend that throws, for want of memory say, keeps nobody
 * from what comes next.
 */
public final class ComponentLogger {

    private final Logger logger;
    private final String name;

    /**
     * @param block the class after which the logger is named: the public one, so that users can find it
     * @param name what each line begins with, in lower case
     */
    public ComponentLogger(Class<?> block, String name) {
        this.logger = LoggerFactory.getLogger(block);
        this.name = name;
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
            all[0] = name;
            System.arraycopy(values, 0, all, 1, values.length);
            write(logger, level, "{}: " + line, all);
        } catch (RuntimeException | Error unsaid) {
            // There is no one left to tell.
        }
    }

    /** The call for the level. Throws what the backend throws. */
    public static void write(Logger logger, Level level, String line, @Nullable Object[] values) {
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
