package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * The wait for the last guard of a closed tracker; however often it is asked for, there is one outcome.
 *
 * <p>Nobody polls: the guard that leaves last signals under the lock, and the waiter looks at the count under the lock
 * before it sleeps.
 */
final class Drain {

    private static final int MOST_LISTED = 10;

    private final String name;
    private final Ticker ticker;
    private final DrainCallbacks notices;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    // Guarded by the lock.
    private boolean begun;
    private long beganAt;
    private long activeAtBegin;
    private @Nullable StepResult result;

    Drain(String name, Ticker ticker, DrainCallbacks notices) {
        this.name = name;
        this.ticker = ticker;
        this.notices = notices;
    }

    DrainCallbacks notices() {
        return notices;
    }

    /** Nothing is in hand any more. */
    void wake() {
        lock.lock();
        try {
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the closed stripes are empty, or for {@code timeout}.
     *
     * @param unfinished what to report of those that are left, so many at most
     */
    StepResult run(StripedCounter stripes, Duration timeout, IntFunction<List<UnfinishedWork>> unfinished)
            throws InterruptedException {
        Deadline deadline = Deadline.after(ticker, timeout);
        begin(stripes);
        Jfr.Span span = Jfr.drain(name, stripes.active());
        notices.begin(timeout);
        long left = await(stripes, deadline);
        // Outside the lock: to look at a thread's stack takes a while.
        List<UnfinishedWork> list = left == 0 ? List.of() : unfinished.apply(MOST_LISTED);
        StepResult ended = finish(left, list);
        span.end(ended.outcome().name(), ended.detail(), left);
        return ended;
    }

    private void begin(StripedCounter stripes) {
        lock.lock();
        try {
            if (!begun) {
                begun = true;
                beganAt = ticker.nanoTime();
                activeAtBegin = stripes.active();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many are left. */
    private long await(StripedCounter stripes, Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            long left = stripes.active();
            while (left != 0 && result == null && !deadline.isExpired()) {
                ticker.await(lock, idle, deadline.remainingNanos());
                left = stripes.active();
            }
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the first result there is and lets other waiters have it too. */
    private StepResult finish(long left, List<UnfinishedWork> list) {
        lock.lock();
        try {
            if (result == null) {
                Duration elapsed = ticker.since(beganAt);
                long finished = Math.max(0, activeAtBegin - left);
                result = left == 0
                        ? StepResult.done(name, Duration.ZERO, elapsed, finished + " finished")
                        : StepResult.timedOut(
                                name,
                                Duration.ZERO,
                                elapsed,
                                finished + " finished, " + left + " abandoned",
                                list,
                                left);
                idle.signalAll();
            }
            return result;
        } finally {
            lock.unlock();
        }
    }
}
