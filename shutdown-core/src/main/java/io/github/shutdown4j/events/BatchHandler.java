package io.github.shutdown4j.events;

import java.util.List;

/**
 * Writes the batches of an {@link EventQueue}. All calls are made on the thread of the queue, one after another.
 *
 * <pre>{@code
 * final class AuditWriter implements BatchHandler<String> {
 *     public void write(List<String> batch) throws IOException {
 *         for (String line : batch) {
 *             file.write(line + "\n");
 *         }
 *         file.flush();
 *     }
 *
 *     public void close() throws IOException {
 *         file.close();
 *     }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface BatchHandler<T> {

    /**
     * Writes one batch. If it throws, all events of the batch count as failed. The queue does not retry the write, because
     * only the handler knows whether a partly written batch may be written again; the handler retries itself. The thread is
     * interrupted at the limit of the queue's release.
     *
     * @param batch the events in the order of their arrival, never empty; unmodifiable, and the handler may keep it
     */
    void write(List<T> batch) throws Exception;

    /** Closes the handler. Called once, after the last batch. Does nothing by default. */
    default void close() throws Exception {}
}
