package io.github.shutdown4j.connections;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** The whole count of a tracker: each thread counts in a stripe of its own as long as there are enough of them. */
final class StripedCounter {

    private static final int LEAST = 64;
    private static final int MOST = 1024;

    private final CounterCell[] stripes;
    private final Drain drain;
    private final ReentrantLock closing = new ReentrantLock();
    private volatile boolean closed;

    /**
     * @param count a power of two
     * @param generation where to begin; 0 but in tests
     */
    StripedCounter(int count, long generation, boolean keepsDetails, Drain drain) {
        this.drain = drain;
        stripes = new CounterCell[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new CounterCell(this, generation, keepsDetails);
        }
    }

    /** Four stripes or more for each core; so many that a pool of some dozen threads has one for each. */
    static int defaultCount() {
        int wanted = Math.min(MOST, Math.max(LEAST, 4 * Runtime.getRuntime().availableProcessors()));
        return Integer.highestOneBit(wanted - 1) << 1;
    }

    /** The stripe of the calling thread. Ids are given out in sequence, so neighbours in a pool do not meet. */
    static CounterCell mine(CounterCell[] lanes) {
        return lanes[(int) Thread.currentThread().getId() & lanes.length - 1];
    }

    CounterCell[] lanes() {
        return stripes;
    }

    /**
     * Finds a place for a guard that has arrived at its stripe and is counted.
     *
     * @param seen what {@link CounterCell#arrive} said
     * @return null if there is none because the tracker has closed since
     */
    @Nullable
    GuardSlot place(CounterCell mine, long seen, @Nullable GuardInfo holder) {
        GuardSlot slot = mine.takeSlot(seen, holder);
        if (slot != null) {
            return slot;
        }
        CounterCell stripe = CounterCell.isCrowded(seen) ? moveFrom(mine) : mine;
        if (stripe == null) {
            return null;
        }
        try {
            return new OverflowSlot(stripe, holder);
        } catch (Throwable noMemory) {
            stripe.leave();
            throw noMemory;
        }
    }

    /** Leaves a crowded stripe and arrives at one with room, where it counts; null if that is closed. */
    private @Nullable CounterCell moveFrom(CounterCell crowded) {
        crowded.leave();
        for (CounterCell stripe : stripes) {
            long seen = stripe.arrive();
            if (CounterCell.isRefused(seen)) {
                return null;
            }
            if (!CounterCell.isCrowded(seen)) {
                return stripe;
            }
            stripe.leave();
        }
        throw new IllegalStateException("more guards are open than can be counted: " + active());
    }

    /** When it returns, no guard comes in any more. Returns whether it was this call that has closed them. */
    boolean close() {
        closing.lock();
        try {
            if (closed) {
                return false;
            }
            for (CounterCell stripe : stripes) {
                stripe.close();
            }
            closed = true;
            return true;
        } finally {
            closing.unlock();
        }
    }

    /** Whether all stripes are closed. */
    boolean isClosed() {
        return closed;
    }

    /** How many guards there are; never too few once closed, so zero is exact. */
    long active() {
        long sum = 0;
        for (CounterCell stripe : stripes) {
            sum += stripe.active();
        }
        return sum;
    }

    long admitted() {
        long sum = 0;
        for (CounterCell stripe : stripes) {
            sum += stripe.admitted();
        }
        return sum;
    }

    void forEachHolder(Consumer<GuardInfo> action) {
        for (CounterCell stripe : stripes) {
            stripe.forEachHolder(action);
        }
    }

    /** Called by whoever was the last in a closed stripe: the last of all wakes the drain. */
    void lookWhetherIdle() {
        if (active() == 0) {
            drain.wake();
        }
    }

    DrainCallbacks notices() {
        return drain.notices();
    }
}
