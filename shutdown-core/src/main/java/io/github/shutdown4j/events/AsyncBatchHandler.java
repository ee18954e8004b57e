package io.github.shutdown4j.events;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.AsyncResult;
import io.github.shutdown4j.trigger.AsyncAction;

/**
 * A {@link BatchHandler} whose write may return before the batch is written, such as {@code table::insertAsync}. The queue
 * awaits the result before it writes the next batch; a batch whose result fails or is cancelled counts as failed.
 * {@link AsyncAction} lists the types of results that are awaited.
 *
 * <pre>{@code
 * AsyncBatchHandler<String> insert = visits::insertAsync; // the next batch waits for the returned stage
 * EventQueue<String> queue = EventQueue.builder("visits", insert).start();
 * }</pre>
 */
@FunctionalInterface
@SuppressWarnings(
        "FunctionalInterfaceMethodChanged") // a cast to the supertype is meant to choose write(), which awaits
public interface AsyncBatchHandler<T> extends BatchHandler<T> {

    /** Starts the write of one batch. The contract is that of {@link BatchHandler#write}. */
    @Nullable
    Object begin(List<T> batch) throws Exception;

    /** Starts the write of the batch and waits for the result. */
    @Override
    default void write(List<T> batch) throws Exception {
        AsyncResult.await(begin(batch));
    }
}
