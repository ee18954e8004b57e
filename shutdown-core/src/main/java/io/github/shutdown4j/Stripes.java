package io.github.shutdown4j;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** The whole count of a tracker: each thread counts in a stripe of its own as long as there are enough of them. */
final class Stripes {

    private static final int LEAST = 64;
    private static final int MOST = 1024;

    private final Stripe[] stripes;
    private final Drain drain;
    private final ReentrantLock closing = new ReentrantLock();
    private volatile boolean closed;

    /**
     * @param count a power of two
     * @param generation where to begin; 0 but in tests
     */
    Stripes(int count, long generation, boolean keepsDetails, Drain drain) {
        this.drain = drain;
        stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe(this, generation, keepsDetails);
        }
    }

    /** Four stripes or more for each core; so many that a pool of some dozen threads has one for each. */
    static int defaultCount() {
        int wanted = Math.min(MOST, Math.max(LEAST, 4 * Runtime.getRuntime().availableProcessors()));
        return Integer.highestOneBit(wanted - 1) << 1;
    }

    /** The stripe of the calling thread. Ids are given out in sequence, so neighbours in a pool do not meet. */
    static Stripe mine(Stripe[] lanes) {
        return lanes[(int) Thread.currentThread().getId() & lanes.length - 1];
    }

    Stripe[] lanes() {
        return stripes;
    }

    /**
     * Finds a place for a guard that has arrived at its stripe and is counted.
     *
     * @param seen what {@link Stripe#arrive} said
     * @return null if there is none because the tracker has closed since
     */
    @Nullable
    Slot place(Stripe mine, long seen, @Nullable Holder holder) {
        Slot slot = mine.takeSlot(seen, holder);
        if (slot != null) {
            return slot;
        }
        Stripe stripe = Stripe.isCrowded(seen) ? moveFrom(mine) : mine;
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
    private @Nullable Stripe moveFrom(Stripe crowded) {
        crowded.leave();
        for (Stripe stripe : stripes) {
            long seen = stripe.arrive();
            if (Stripe.isRefused(seen)) {
                return null;
            }
            if (!Stripe.isCrowded(seen)) {
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
            for (Stripe stripe : stripes) {
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
        for (Stripe stripe : stripes) {
            sum += stripe.active();
        }
        return sum;
    }

    long admitted() {
        long sum = 0;
        for (Stripe stripe : stripes) {
            sum += stripe.admitted();
        }
        return sum;
    }

    void forEachHolder(Consumer<Holder> action) {
        for (Stripe stripe : stripes) {
            stripe.forEachHolder(action);
        }
    }

    /** Called by whoever was the last in a closed stripe: the last of all wakes the drain. */
    void lookWhetherIdle() {
        if (active() == 0) {
            drain.wake();
        }
    }

    DrainNotices notices() {
        return drain.notices();
    }
}
