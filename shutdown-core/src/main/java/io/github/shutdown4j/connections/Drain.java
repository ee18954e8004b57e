package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * Waits for the last guard of a closed tracker. There is one outcome, however many calls wait for it.
 *
 * <p>The count is not polled: the end of the last guard signals the condition under the lock, and the waiter reads the
 * count under the lock before it waits.
 */
final class Drain {

    private static final int MAX_LISTED = 10;

    /** How often the waiter looks whether callbacks wait for a thread, and how often it then tries to create one. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(50);

    /** How long the callbacks wait for a thread before they run on the waiter's; at most half of the time that is left. */
    private static final Duration WITHOUT_THREADS = Duration.ofSeconds(1);

    private final String name;
    private final Ticker ticker;
    private final DrainCallbacks callbacks;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    // Guarded by the lock.
    private boolean begun;
    private long beganAt;
    private long inFlightAtBegin;
    private @Nullable StepResult result;

    Drain(String name, Ticker ticker, DrainCallbacks callbacks) {
        this.name = name;
        this.ticker = ticker;
        this.callbacks = callbacks;
    }

    DrainCallbacks callbacks() {
        return callbacks;
    }

    /** Wakes the waiters after the last guard has been closed. */
    void wake() {
        lock.lock();
        try {
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the closed cells are empty, or for {@code timeout}.
     *
     * @param work supplies the unfinished work to report
     */
    StepResult run(StripedCounter counter, Duration timeout, UnfinishedWork.Source work) throws InterruptedException {
        Deadline deadline = Deadline.after(ticker, timeout);
        begin(counter);
        Jfr.Span span = Jfr.drain(name, counter.inFlight());
        callbacks.begin(timeout);
        long left = await(counter, deadline);
        // Outside of the lock: taking a thread's stack trace is slow.
        List<UnfinishedWork> list = left == 0 ? List.of() : work.unfinished(MAX_LISTED);
        StepResult ended = finish(left, list);
        span.end(ended.outcome().name(), ended.detail(), left);
        return ended;
    }

    private void begin(StripedCounter counter) {
        lock.lock();
        try {
            if (!begun) {
                begun = true;
                beganAt = ticker.nanoTime();
                inFlightAtBegin = counter.inFlight();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the number of guards that are still open. If no thread can be created for the callbacks, runs them itself after
     * a moment: without them, connections that wait for their peers do not end.
     */
    private long await(StripedCounter counter, Deadline deadline) throws InterruptedException {
        Deadline patience = deadline;
        boolean lacking = false;
        while (true) {
            boolean lacked = lacking;
            lacking = callbacks.retry();
            if (lacking && !lacked) {
                Duration half = Durations.part(deadline.remaining(), 2);
                patience = deadline.cappedAt(Durations.least(WITHOUT_THREADS, half));
            }
            boolean runsHere = lacking && patience.isExpired();
            Duration pause = runsHere ? Duration.ZERO : lacking ? RETRY_INTERVAL : CHECK_INTERVAL;
            long left = awaitIdle(counter, deadline.cappedAt(pause));
            if (left == 0 || deadline.isExpired() || isEnded()) {
                return left;
            }
            if (runsHere) {
                callbacks.runNextHere();
            }
        }
    }

    private long awaitIdle(StripedCounter counter, Deadline end) throws InterruptedException {
        lock.lock();
        try {
            long left = counter.inFlight();
            while (left != 0 && result == null && !end.isExpired()) {
                ticker.awaitOrPause(lock, idle, end.remainingNanos());
                left = counter.inFlight();
            }
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Whether another waiter has the result. */
    private boolean isEnded() {
        lock.lock();
        try {
            return result != null;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the first result and wakes the other waiters, which return it as well. */
    private StepResult finish(long left, List<UnfinishedWork> list) {
        lock.lock();
        try {
            if (result == null) {
                Duration elapsed = ticker.since(beganAt);
                long finished = Math.max(0, inFlightAtBegin - left);
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
