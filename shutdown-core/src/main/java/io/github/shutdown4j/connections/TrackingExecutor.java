package io.github.shutdown4j.connections;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Holds a guard for each task. Once the tracker is closed, tasks submitted by a running task share the guard of that
 * task, so that a chain of tasks that has begun can be finished.
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
        Checks.notNull("task", task);
        TrackedTask tracked = new TrackedTask(task, guard());
        boolean submitted = false;
        try {
            target.execute(tracked);
            submitted = true;
        } finally {
            if (!submitted) {
                tracked.notSubmitted();
            }
        }
    }

    private SharedGuard guard() {
        SharedGuard current = CURRENT.get();
        boolean isNested = current != null && current.tracker == tracker;
        if (isNested && tracker.isClosed()) {
            return current.share();
        }
        try {
            return new SharedGuard(tracker, tracker.acquire());
        } catch (ShuttingDownException closed) {
            if (isNested) { // closed meanwhile
                return current.share();
            }
            throw new RejectedExecutionException(closed.getMessage(), closed);
        }
    }

    @Override
    public String toString() {
        return target + " counted by " + tracker;
    }

    /**
     * A task with its share of a guard. The share is released once, by whichever comes first: the run, or the submission
     * if that throws before the run has begun. A submission can throw during the run or after it: on the submitter's own
     * thread, where a failure of the task is one of the submission, and on a pool that fails to create a thread.
     */
    private static final class TrackedTask implements Runnable {

        private final Runnable task;
        private final SharedGuard guard;
        private final AtomicBoolean taken = new AtomicBoolean();

        TrackedTask(Runnable task, SharedGuard guard) {
            this.task = task;
            this.guard = guard;
        }

        @Override
        public void run() {
            if (!taken.compareAndSet(false, true)) {
                task.run(); // after a submission that threw, or once more: there is no share left
                return;
            }
            SharedGuard previous = CURRENT.get();
            CURRENT.set(guard);
            try {
                task.run();
            } finally {
                if (previous == null) {
                    CURRENT.remove();
                } else {
                    CURRENT.set(previous);
                }
                guard.release();
            }
        }

        void notSubmitted() {
            if (taken.compareAndSet(false, true)) {
                guard.release();
            }
        }
    }

    /** A guard shared by several tasks; closed when the last of them has ended. */
    private static final class SharedGuard {

        final ConnectionTracker tracker;
        private final ConnectionGuard guard;
        private final AtomicInteger tasks = new AtomicInteger(1);

        SharedGuard(ConnectionTracker tracker, ConnectionGuard guard) {
            this.tracker = tracker;
            this.guard = guard;
        }

        /** Called by a task that holds the guard, so it is open. */
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
