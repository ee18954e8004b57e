package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.internal.TickerHolder;

/**
 * A clock that stands still until it is advanced. A thread that waits on it wakes when its condition is signalled or
 * the clock has been advanced past the end of its wait; {@link #awaitSleepers(int)} lets a test see that a thread waits
 * before the clock is advanced.
 */
public final class FakeTicker implements Ticker {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final class Sleeper {
        private final Lock lock;
        private final Condition condition;
        private final long until;
        private boolean woken;

        Sleeper(Lock lock, Condition condition, long until) {
            this.lock = lock;
            this.condition = condition;
            this.until = until;
        }
    }

    private final Object monitor = new Object();
    private final List<Sleeper> sleepers = new ArrayList<>();
    /** Starts near the overflow, so that code that compares readings by size fails. */
    private long now = Long.MAX_VALUE - 1_000;

    private long waits;
    private int waking;

    /** Runs {@code maker}; everything created meanwhile keeps this clock. */
    public <T> T keptBy(Supplier<T> maker) {
        Ticker before = Ticker.current();
        TickerHolder.replace(this);
        try {
            return maker.get();
        } finally {
            TickerHolder.replace(before);
        }
    }

    @Override
    public long nanoTime() {
        synchronized (monitor) {
            return now;
        }
    }

    @Override
    public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        Sleeper sleeper;
        synchronized (monitor) {
            if (nanos <= 0) {
                return;
            }
            sleeper = new Sleeper(lock, condition, now + nanos);
            sleepers.add(sleeper);
            waits++;
            monitor.notifyAll();
        }
        try {
            condition.await();
        } finally {
            synchronized (monitor) {
                sleepers.remove(sleeper);
                waking -= sleeper.woken ? 1 : 0;
            }
        }
    }

    /** Advances the clock and wakes the threads whose waits have elapsed. */
    public void advance(Duration duration) {
        int unused = wakeAfter(duration);
    }

    /** Returns how many. */
    private int wakeAfter(Duration duration) {
        List<Sleeper> due;
        synchronized (monitor) {
            now += duration.toNanos();
            due = sleepers.stream().filter(s -> s.until - now <= 0).toList();
            sleepers.removeAll(due);
            due.forEach(sleeper -> sleeper.woken = true);
            waking += due.size();
        }
        for (Sleeper sleeper : due) {
            sleeper.lock.lock();
            try {
                sleeper.condition.signalAll();
            } finally {
                sleeper.lock.unlock();
            }
        }
        return due.size();
    }

    /**
     * Advances the clock as {@link #advance} does.
     *
     * @throws AssertionError if a thread was due by then. Its effects would be visible only a moment later, so a test
     *     that checks them at once would not see that it was woken too early.
     */
    public void advanceWakingNone(Duration duration) {
        int woken = wakeAfter(duration);
        if (woken > 0) {
            throw new AssertionError(woken + " threads were due within " + duration);
        }
    }

    /** The number of threads that wait on this clock now, without those that it has woken. */
    public int sleepers() {
        synchronized (monitor) {
            return sleepers.size();
        }
    }

    /**
     * The number of waits on this clock that have begun so far: a thread that begins its next wait has been awake
     * before.
     */
    public long waits() {
        synchronized (monitor) {
            return waits;
        }
    }

    /** The number of threads that it has woken and that have not begun to run. */
    int waking() {
        synchronized (monitor) {
            return waking;
        }
    }

    /** The time until the first wait elapses; empty if no thread waits. */
    public Optional<Duration> untilNext() {
        synchronized (monitor) {
            return sleepers.stream()
                    .map(sleeper -> Duration.ofNanos(sleeper.until - now))
                    .min(Duration::compareTo);
        }
    }

    /**
     * Returns when at least {@code count} threads wait on this clock; after a moment of real time, for threads that are
     * just about to wait in another way.
     */
    public void awaitSleepers(int count) {
        long from = System.nanoTime();
        LockSupport.parkNanos(2_000_000);
        synchronized (monitor) {
            while (sleepers.size() < count) {
                long left = PATIENCE.toNanos() - (System.nanoTime() - from);
                if (left <= 0) {
                    throw new AssertionError("expected " + count + " threads to wait on the clock within " + PATIENCE
                            + ", there are " + sleepers.size());
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(monitor, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted", e);
                }
            }
        }
    }
}
