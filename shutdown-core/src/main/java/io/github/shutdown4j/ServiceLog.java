package io.github.shutdown4j;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The log of service groups. A backend that throws, for want of memory say, keeps nobody from what comes next. */
final class ServiceLog {

    private static final Logger LOGGER = LoggerFactory.getLogger(ServiceGroup.class);

    private ServiceLog() {}

    static void log(Level level, String line, @Nullable Throwable cause) {
        try {
            LOGGER.atLevel(level).setCause(cause).log("services: " + line);
        } catch (Throwable t) {
            // There is no better place to tell it.
        }
    }

    static void info(String line) {
        log(Level.INFO, line, null);
    }

    static void warn(String line, Throwable cause) {
        log(Level.WARN, line, cause);
    }

    static void error(String line, Throwable cause) {
        log(Level.ERROR, line, cause);
    }
}
