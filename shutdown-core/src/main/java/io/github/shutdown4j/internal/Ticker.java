package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * The monotonic clock, and the only way to wait on it. Tests replace it by one that stands still until it is advanced,
 * so whoever needs the time or a timed wait takes a ticker and never calls {@link System#nanoTime()} itself.
 */
public interface Ticker {

    /** Nanoseconds since an arbitrary origin; compare two readings by their difference only. */
    long nanoTime();

    /** The time since a reading; never negative. */
    default Duration since(long reading) {
        return Duration.ofNanos(Math.max(0, nanoTime() - reading));
    }

    /**
     * Waits on {@code condition} until it is signalled, {@code nanos} have passed, or for no reason: callers loop.
     * Returns at once if {@code nanos} is zero or less. Must be called with {@code lock}, to which {@code condition}
     * belongs, held.
     */
    void await(Lock lock, Condition condition, long nanos) throws InterruptedException;

    /** The clock for whatever is made now: the system's, except in a test that has chosen another. */
    static Ticker current() {
        return TickerHolder.get();
    }

    /** The clock of the JVM. */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }

    /** {@link System#nanoTime()} and plain timed waits. */
    enum SystemTicker implements Ticker {
        INSTANCE;

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // the caller's loop, by contract
        public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
            if (nanos > 0) {
                var unused = condition.await(nanos, TimeUnit.NANOSECONDS);
            }
        }
    }
}
