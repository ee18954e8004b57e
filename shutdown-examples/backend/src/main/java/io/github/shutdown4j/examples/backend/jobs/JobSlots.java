package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** Limits the number of concurrent jobs: a semaphore whose size may change at any time. */
final class JobSlots {

    /** The place of one job in flight. */
    static final class Slot {

        private final long since = System.nanoTime();
        private volatile String job = "";

        void job(String id) {
            job = id;
        }

        private boolean isYoungerThan(Duration age) {
            return System.nanoTime() - since < age.toNanos();
        }
    }

    private final IntSupplier limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Slot> busy = new LinkedHashSet<>(); // guarded by lock
    private boolean noMore; // guarded by lock

    JobSlots(IntSupplier limit) {
        this.limit = limit;
    }

    /** Acquires a free slot; empty if there is none. */
    Optional<Slot> take() {
        lock.lock();
        try {
            if (busy.size() >= limit.getAsInt()) {
                return Optional.empty();
            }
            Slot slot = new Slot();
            busy.add(slot);
            return Optional.of(slot);
        } finally {
            lock.unlock();
        }
    }

    void free(Slot slot) {
        lock.lock();
        try {
            busy.remove(slot);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a free slot, at most for {@code longest}, after which the limit may have changed. */
    boolean await(Duration longest) throws InterruptedException {
        return await(() -> busy.size() < limit.getAsInt(), longest);
    }

    /**
     * Waits until no job is in flight, at most for {@code longest}. Jobs in flight for {@code age} or longer do not count:
     * they may hang.
     */
    boolean awaitIdle(Duration longest, Duration age) throws InterruptedException {
        return await(() -> busy.stream().noneMatch(slot -> slot.isYoungerThan(age)), longest);
    }

    private boolean await(BooleanSupplier condition, Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        lock.lockInterruptibly();
        try {
            while (!condition.getAsBoolean() && !noMore && left > 0) {
                left = changed.awaitNanos(left);
            }
            return condition.getAsBoolean();
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
            return busy.size();
        } finally {
            lock.unlock();
        }
    }

    /** The ids of the jobs in flight, the oldest first. */
    List<String> jobs() {
        lock.lock();
        try {
            return busy.stream().map(slot -> slot.job).toList();
        } finally {
            lock.unlock();
        }
    }
}
