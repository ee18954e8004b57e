package io.github.shutdown4j;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** The whole count of a tracker: each thread counts in a stripe of its own as long as there are enough of them. */
final class Stripes {

    private static final int LEAST = 64;
    private static final int MOST = 1024;

    private final Stripe[] stripes;
    private final Drain drain;

    /** @param count a power of two */
    Stripes(int count, Drain drain) {
        this.drain = drain;
        stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = Stripe.padded(this);
        }
    }

    /** Four stripes or more for each core; so many that a pool of some dozen threads has one for each. */
    static int defaultCount() {
        int wanted = Math.min(MOST, Math.max(LEAST, 4 * Runtime.getRuntime().availableProcessors()));
        return Integer.highestOneBit(wanted - 1) << 1;
    }

    /** The stripe of the calling thread. Ids are given out in sequence, so neighbours in a pool do not meet. */
    Stripe mine() {
        return stripes[(int) Thread.currentThread().getId() & stripes.length - 1];
    }

    /** Counts a guard whose own slot was not free; null if the tracker is closed. */
    @Nullable
    Slot enterBesides(Stripe mine) {
        if (mine.isSlotClosed()) {
            return null;
        }
        // Half the array away: a thread with a second guard gets it at the price of the first, and disturbs nobody
        // near.
        Stripe other = stripes[(int) Thread.currentThread().getId() + stripes.length / 2 & stripes.length - 1];
        return other.tryHold() != 0 ? other : OverflowSlot.enter(mine, null);
    }

    /** When it returns, no guard comes in any more. Returns whether it was this call that closed the first stripe. */
    boolean close() {
        boolean first = stripes[0].close();
        for (Stripe stripe : stripes) {
            var unused = stripe.close();
        }
        return first;
    }

    /** Whether all stripes are closed. */
    boolean isClosed() {
        return stripes[stripes.length - 1].isClosed();
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

    /** Called by whoever has just left a closed stripe: the last of all wakes the drain. */
    void lookWhetherIdle(Stripe left) {
        if (left.active() == 0 && active() == 0) {
            drain.wake();
        }
    }

    DrainNotices notices() {
        return drain.notices();
    }
}
