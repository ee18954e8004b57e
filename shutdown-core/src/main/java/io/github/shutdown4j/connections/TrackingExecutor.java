package io.github.shutdown4j.connections;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Holds a guard for each task. Once the tracker is closed, what a running task hands in shares the guard of that task: a
 * chain of tasks that has begun can be finished.
 */
final class TrackingExecutor implements Executor {

    private static final ThreadLocal<@Nullable SharedGuard> CURRENT = new ThreadLocal<>();

    private final ConnectionTracker tracker;
    private final Executor target;

    TrackingExecutor(ConnectionTracker tracker, Executor target) {
        this.tracker = tracker;
        this.target = target;
    }

    @Override
    public void execute(Runnable task) {
        SharedGuard guard = guard();
        boolean taken = false;
        try {
            target.execute(() -> run(task, guard));
            taken = true;
        } finally {
            if (!taken) {
                guard.release();
            }
        }
    }

    private SharedGuard guard() {
        SharedGuard current = CURRENT.get();
        boolean belongs = current != null && current.tracker == tracker;
        if (belongs && tracker.isClosed()) {
            return current.share();
        }
        try {
            return new SharedGuard(tracker, tracker.acquire());
        } catch (ShuttingDownException closed) {
            if (belongs) { // closed in between
                return current.share();
            }
            throw new RejectedExecutionException(closed.getMessage(), closed);
        }
    }

    private static void run(Runnable task, SharedGuard guard) {
        SharedGuard former = CURRENT.get();
        CURRENT.set(guard);
        try {
            task.run();
        } finally {
            if (former == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(former);
            }
            guard.release();
        }
    }

    @Override
    public String toString() {
        return target + " counted by " + tracker;
    }

    /** A guard that is closed when the last of its tasks has ended. */
    private static final class SharedGuard {

        final ConnectionTracker tracker;
        private final ConnectionGuard guard;
        private final AtomicInteger tasks = new AtomicInteger(1);

        SharedGuard(ConnectionTracker tracker, ConnectionGuard guard) {
            this.tracker = tracker;
            this.guard = guard;
        }

        /** Called by a task that holds it, so it is open. */
        SharedGuard share() {
            tasks.incrementAndGet();
            return this;
        }

        void release() {
            if (tasks.decrementAndGet() == 0) {
                guard.close();
            }
        }
    }
}
