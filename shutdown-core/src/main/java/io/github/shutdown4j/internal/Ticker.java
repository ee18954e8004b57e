package io.github.shutdown4j.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The monotonic clock, the timed waits on it, and the wall clock. Tests replace it by a clock that advances only on demand,
 * so library code never calls {@link System#nanoTime()} directly.
 */
public interface Ticker {

    /** How long a thread pauses whose wait has failed. */
    long PAUSE_NANOS = 10_000_000L;

    /** Returns the nanoseconds since an arbitrary origin; only differences of two readings are meaningful. */
    long nanoTime();

    /**
     * Returns the wall clock in milliseconds, to be recorded for people; it may be set back and forth. Not {@code
     * Instant.now()}, which initializes several classes of the JDK at its first use.
     */
    default Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }

    /** Returns the time since a reading; never negative. */
    default Duration since(long reading) {
        return Duration.ofNanos(Math.max(0, nanoTime() - reading));
    }

    /**
     * Waits on {@code condition} until it is signalled or {@code nanos} have elapsed. Spurious wakeups are possible, so
     * callers loop. Returns immediately if {@code nanos} is not positive. The caller must hold {@code lock}, to which
     * the condition belongs.
     */
    void await(Lock lock, Condition condition, long nanos) throws InterruptedException;

    /**
     * Waits as {@link #await} does, in a thread that must not end: a wait that fails, since it needs some memory, is a short
     * pause and no more. The lock is free meanwhile, as in a wait.
     */
    default void awaitOrPause(Lock lock, Condition condition, long nanos) throws InterruptedException {
        try {
            await(lock, condition, nanos);
        } catch (RuntimeException | Error tooLittleMemory) {
            pauseWithout(lock);
        }
    }

    /** The same without a limit. */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop, as for the others
    static void awaitOrPause(Lock lock, Condition condition) throws InterruptedException {
        try {
            condition.await();
        } catch (RuntimeException | Error tooLittleMemory) {
            pauseWithout(lock);
        }
    }

    /** The same for a thread that no interrupt may end; its interrupt status is kept. */
    @SuppressWarnings("WaitNotInLoop") // the caller's loop, as for the others
    static void awaitUninterruptiblyOrPause(Lock lock, Condition condition) {
        try {
            condition.awaitUninterruptibly();
        } catch (RuntimeException | Error tooLittleMemory) {
            pauseWithout(lock);
        }
    }

    /** A short pause before the next attempt of something for which there was too little memory; never throws. */
    static void pause() {
        try {
            LockSupport.parkNanos(PAUSE_NANOS);
        } catch (RuntimeException | Error tooLittleMemory) {
            Thread.onSpinWait(); // The first use of LockSupport takes some, because the class loader looks it up.
        }
    }

    private static void pauseWithout(Lock lock) {
        // A wait that runs out of memory when it takes the lock again, as on Java 17, returns without it.
        if (!(lock instanceof ReentrantLock owned) || owned.isHeldByCurrentThread()) {
            lock.unlock();
        }
        while (true) {
            pause();
            try {
                lock.lock();
                return;
            } catch (RuntimeException | Error tooLittleMemory) {
                // Queueing for a lock also takes some memory, and the caller unlocks it.
            }
        }
    }

    /** Returns the ticker for new objects: the system ticker, unless a test has replaced it. */
    static Ticker current() {
        return TickerHolder.get();
    }

    /** Returns the ticker of the JVM. */
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
