package io.github.shutdown4j.checkpoint;

import java.util.concurrent.Callable;

/** A periodic task of a {@link CheckpointWorker} and the time of its next run. Guarded by the worker's lock. */
final class PeriodicSchedule {

    private final Callable<?> body;
    private final long period;
    private long next;

    PeriodicSchedule(Callable<?> body, long period, long now) {
        this.body = body;
        this.period = period;
        this.next = now + period;
    }

    /** Returns the nanoseconds until the next run; zero or negative if it is due. */
    long nanosUntilDue(long now) {
        return next - now;
    }

    /** Returns the body for a run that is due. A late or slow run replaces those that were missed. */
    Callable<?> takeRun(long now) {
        next += period * (1 + (now - next) / period);
        return body;
    }
}
