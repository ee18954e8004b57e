package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Ticker;

/**
 * Whether the process is ready for work: not before all services are, and never again once it was made quiet or
 * the shutdown is requested.
 *
 * <p>Invariants, guarded by {@code lock}: the state moves only forward, and may leave out what comes between. What is
 * told of a change is told under the lock, so the order of the telling is the order of the changes; it must only hand
 * the news on.
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

    Readiness(Ticker ticker) {
        this.ticker = ticker;
    }

    State state() {
        return state;
    }

    /** Moves on to the given state, and tells of it; answers false if the state is there or further already. */
    boolean moveTo(State next, Runnable tell) {
        lock.lock();
        try {
            if (state.compareTo(next) >= 0) {
                return false;
            }
            state = next;
            changed.signalAll();
            tell.run();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The same where nobody listens. */
    void moveTo(State next) {
        lock.lock();
        try {
            if (state.compareTo(next) < 0) {
                state = next;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells something that is true only while the state is STARTING; otherwise does nothing. */
    void whileStarting(Runnable tell) {
        lock.lock();
        try {
            if (state == State.STARTING) {
                tell.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the state is no longer STARTING; tells whether it is READY. */
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
