package io.github.shutdown4j.events;

import java.util.List;

/** Writes what an {@link EventQueue} has gathered. All calls come from the thread of the queue, one after the other. */
@FunctionalInterface
public interface BatchHandler<T> {

    /**
     * Writes one batch. If it throws, all events of the batch count as failed and are not offered again: only the handler
     * knows whether a batch that was written half may be written twice, so it repeats the write itself if it may be
     * repeated. It is interrupted when the time to release the queue is up.
     *
     * @param batch in the order in which the events came, never empty; unmodifiable, and the handler may keep it
     */
    void write(List<T> batch) throws Exception;

    /** Closes what it writes to; called once, after the last batch. Does nothing by default. */
    default void close() throws Exception {}
}
