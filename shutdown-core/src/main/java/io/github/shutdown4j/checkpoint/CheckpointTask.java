package io.github.shutdown4j.checkpoint;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * A task of a checkpoint's worker and its result. Mutable fields are guarded by the worker's lock.
 *
 * @param <R> the type of the result
 */
final class CheckpointTask<R> {

    /** The description for messages. */
    final String what;
    /** The time of the request, on the worker's clock. */
    final long since;
    /** Whether a later request of the same kind may replace it while it waits. */
    final boolean mergeable;

    Callable<? extends R> body;
    boolean finished;

    @Nullable
    R result;

    @Nullable
    Throwable failure;

    CheckpointTask(String what, Callable<? extends R> body, boolean mergeable, long since) {
        this.what = what;
        this.body = body;
        this.mergeable = mergeable;
        this.since = since;
    }
}
