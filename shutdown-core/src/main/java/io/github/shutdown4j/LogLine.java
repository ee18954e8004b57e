package io.github.shutdown4j;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.ComponentLogger;

/** A line to be written. A logger that throws, or lacks memory, is put up with. */
final class LogLine implements Runnable {

    private final Logger log;
    private final Level level;
    private final String text;
    private final @Nullable Object[] values;

    LogLine(Logger log, Level level, String text, @Nullable Object[] values) {
        this.log = log;
        this.level = level;
        this.text = text;
        this.values = values;
    }

    @Override
    public void run() {
        try {
            ComponentLogger.write(log, level, text, values);
        } catch (RuntimeException | Error unsaid) {
            // There is no one left to tell.
        }
    }
}
