package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Ticker;

/**
 * Whether the process is ready for work: true from the moment when all services are ready until the process is made quiet
 * or a shutdown is requested.
 *
 * <p>Invariants, guarded by {@code lock}: the state only moves forward and may skip states. The start is over when the
 * services are ready or the state is {@code ENDING}; to be made quiet does not end it. Callbacks run under the lock, so their
 * order is the order of the changes; they must only enqueue.
 */
final class Readiness {

    enum State {
        STARTING,
        READY,
        QUIET,
        ENDING
    }

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile State state = State.STARTING;
    private boolean servicesReady; // guarded by lock
    private volatile boolean wasReady;

    Readiness(Ticker ticker) {
        this.ticker = ticker;
    }

    State state() {
        return state;
    }

    /** Whether the process was ready for work at any time. */
    boolean wasReady() {
        return wasReady;
    }

    /** Moves to the given state and runs the callback; returns false if the state was reached before. */
    boolean moveTo(State next, Runnable callback) {
        lock.lock();
        try {
            if (moveTo(next)) {
                callback.run();
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** The same without a callback. */
    boolean moveTo(State next) {
        lock.lock();
        try {
            if (state.compareTo(next) >= 0) {
                return false;
            }
            state = next;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** All services are ready: moves to READY unless the process is quiet, and runs the callback unless the start is over. */
    void servicesReady(Runnable callback) {
        lock.lock();
        try {
            if (servicesReady()) {
                callback.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The same without a callback; returns false if the start was over. */
    boolean servicesReady() {
        lock.lock();
        try {
            if (isStartOver()) {
                return false;
            }
            servicesReady = true;
            if (state == State.STARTING) {
                wasReady = true;
                state = State.READY;
                changed.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Runs the callback unless the start is over. */
    void whileStarting(Runnable callback) {
        lock.lock();
        try {
            if (!isStartOver()) {
                callback.run();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isStartOver() {
        return servicesReady || state == State.ENDING;
    }

    /** Waits until the state is no longer STARTING; returns whether it is READY. */
    boolean await(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(ticker, timeout);
        lock.lock();
        try {
            while (state == State.STARTING && !deadline.isExpired()) {
                ticker.await(lock, changed, deadline.remainingNanos());
            }
            return state == State.READY;
        } finally {
            lock.unlock();
        }
    }
}
