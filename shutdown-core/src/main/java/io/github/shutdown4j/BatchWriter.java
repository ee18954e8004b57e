package io.github.shutdown4j;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The body of an event queue's thread: writes batch after batch until the queue is closed and empty, or cut short. */
final class BatchWriter<T> implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(EventQueue.class);

    private final String name;
    private final EventBuffer<T> buffer;
    private final BatchHandler<T> handler;
    private int failedInARow;

    BatchWriter(String name, EventBuffer<T> buffer, BatchHandler<T> handler) {
        this.name = name;
        this.buffer = buffer;
        this.handler = handler;
    }

    @Override
    public void run() {
        Throwable failure = null;
        try {
            for (List<T> batch = buffer.take(); !batch.isEmpty(); batch = buffer.take()) {
                write(batch);
            }
        } catch (Throwable t) { // not the handler's: no memory, say
            failure = t;
            log(Level.ERROR, "takes no more events, its thread failed", t);
        }
        buffer.finish(close(failure));
    }

    private void write(List<T> batch) {
        Throwable failure = null;
        try {
            handler.write(batch);
        } catch (Throwable t) {
            failure = t;
        }
        buffer.written(failure);
        // An interrupt, the handler's or ours, was meant for this batch.
        boolean unused = Thread.interrupted();
        if (failure == null) {
            if (failedInARow > 0) {
                log(Level.INFO, "writes again after " + failedInARow + " failed batches", null);
            }
            failedInARow = 0;
        } else {
            failedInARow++;
            String line = "could not write a batch of " + batch.size();
            // The stack of the first failure in a row; the rest are mostly the same again.
            log(
                    Level.WARN,
                    failedInARow == 1 ? line : line + ", failure " + failedInARow + " in a row: " + failure,
                    failedInARow == 1 ? failure : null);
        }
    }

    private @Nullable Throwable close(@Nullable Throwable before) {
        try {
            handler.close();
            return before;
        } catch (Throwable t) {
            log(Level.WARN, "could not close its handler", t);
            if (before == null || before == t) {
                return t;
            }
            before.addSuppressed(t);
            return before;
        }
    }

    private void log(Level level, String line, @Nullable Throwable cause) {
        try {
            LOGGER.atLevel(level).setCause(cause).log("event queue '" + name + "': " + line);
        } catch (Throwable t) {
            // A broken logging backend is no reason to stop writing.
        }
    }
}
