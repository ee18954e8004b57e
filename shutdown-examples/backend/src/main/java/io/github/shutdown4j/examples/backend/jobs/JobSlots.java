package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/** Limits the number of concurrent jobs: a semaphore whose size may change at any time. */
final class JobSlots {

    private final IntSupplier limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int busy; // guarded by lock
    private boolean noMore; // guarded by lock

    JobSlots(IntSupplier limit) {
        this.limit = limit;
    }

    /** Acquires a free slot, if there is one. */
    boolean take() {
        lock.lock();
        try {
            if (busy >= limit.getAsInt()) {
                return false;
            }
            busy++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void free() {
        lock.lock();
        try {
            busy--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a free slot, at most for {@code longest}, after which the limit may have changed. */
    boolean await(Duration longest) throws InterruptedException {
        return awaitFewerThan(limit, longest);
    }

    /** Waits until no job is in flight, at most for {@code longest}. */
    void awaitIdle(Duration longest) throws InterruptedException {
        var unused = awaitFewerThan(() -> 1, longest);
    }

    private boolean awaitFewerThan(IntSupplier count, Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (busy >= count.getAsInt() && !noMore && left > 0) {
                left = changed.awaitNanos(left);
            }
            return busy < count.getAsInt();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all current and future waits. */
    void wake() {
        lock.lock();
        try {
            noMore = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int busy() {
        lock.lock();
        try {
            return busy;
        } finally {
            lock.unlock();
        }
    }
}
