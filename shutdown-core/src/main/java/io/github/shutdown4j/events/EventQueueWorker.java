package io.github.shutdown4j.events;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.Ticker;

/** The body of an event queue's thread: writes batches until the queue is closed and empty, or aborted. */
final class EventQueueWorker<T> implements Runnable {

    private final ComponentLogger log;
    private final EventBuffer<T> buffer;
    private final BatchHandler<T> handler;
    private int consecutiveFailures;

    EventQueueWorker(ComponentLogger log, EventBuffer<T> buffer, BatchHandler<T> handler) {
        this.log = log;
        this.buffer = buffer;
        this.handler = handler;
    }

    @Override
    public void run() {
        Throwable failure = null;
        try {
            for (List<T> batch = takeOrPause(); !batch.isEmpty(); batch = takeOrPause()) {
                write(batch);
            }
        } catch (Throwable t) { // not from the handler, for example out of memory
            failure = t;
            log.error("takes no more events, its thread failed", t);
        }
        buffer.finish(close(failure));
    }

    /** Takes the next batch, however long it takes until there is enough memory for that: the events stay in the queue. */
    private List<T> takeOrPause() {
        while (true) {
            try {
                return buffer.take();
            } catch (VirtualMachineError tooLittleMemory) {
                Ticker.pause();
            }
        }
    }

    private void write(List<T> batch) {
        Throwable failure = null;
        try {
            handler.write(batch);
        } catch (Throwable t) {
            failure = t;
        }
        buffer.written(failure);
        // An interrupt was meant for this batch.
        boolean unused = Thread.interrupted();
        if (failure == null) {
            if (consecutiveFailures > 0) {
                log.info("writes again after {} failed batches", consecutiveFailures);
            }
            consecutiveFailures = 0;
        } else {
            consecutiveFailures++;
            logFailure(batch.size(), failure);
        }
    }

    /** Logs the stack trace of the first of consecutive failures only. */
    private void logFailure(int size, Throwable failure) {
        if (consecutiveFailures == 1) {
            log.warn("could not write a batch of {}", size, failure);
        } else {
            log.warn(
                    "could not write a batch of {}, failure {} in a row: {}",
                    size,
                    consecutiveFailures,
                    OneLine.of(failure));
        }
    }

    private @Nullable Throwable close(@Nullable Throwable before) {
        try {
            handler.close();
            return before;
        } catch (Throwable t) {
            log.warn("could not close its handler", t);
            return Failures.join(before, t);
        }
    }
}
