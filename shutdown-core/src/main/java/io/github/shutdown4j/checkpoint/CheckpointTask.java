package io.github.shutdown4j.checkpoint;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Something for a checkpoint's worker to do, and what came of it. All that changes is guarded by the worker's lock.
 *
 * @param <R> what it returns
 */
final class CheckpointTask<R> {

    /** What it does, for messages. */
    final String what;
    /** When it was asked for, on the worker's clock. */
    final long since;
    /** Whether a later request of the same kind may take its place while it waits. */
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
