package io.github.shutdown4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * One part of a tracker's count: a slot for the common case, and two counters for the guards that find it taken.
 *
 * <p>The counters say how many guards have come in and gone out beside the slot. Both only rise; {@code entered} has a
 * closed bit of its own, at the top, and what has it does not rise any more.
 *
 * <ol>
 *   <li>Whoever reads {@code left} before {@code entered} never sees fewer guards than there were in between.
 *   <li>Once both words are closed, the number of guards in the stripe only falls. So a sum over closed stripes, read
 *       one after the other, is never too small, and zero is exact.
 *   <li>The number changes before its change is looked at: a guard first leaves, then looks whether the stripe is closed
 *       and empty; a drain first closes, then looks at the number. One of the two sees the other.
 * </ol>
 */
class Stripe extends Slot {

    private static final long CLOSED = 1L << 63;

    private static final VarHandle ENTERED;
    private static final VarHandle LEFT;
    private static final VarHandle HOLDER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ENTERED = lookup.findVarHandle(Stripe.class, "entered", long.class);
            LEFT = lookup.findVarHandle(Stripe.class, "left", long.class);
            HOLDER = lookup.findVarHandle(Stripe.class, "holder", Holder.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Stripes owner;
    private final Roster roster = new Roster();
    private volatile long entered;
    private volatile long left;
    private volatile @Nullable Holder holder;

    private Stripe(Stripes owner) {
        super(false);
        this.owner = owner;
    }

    /** Makes a stripe whose words share no cache line with those of another one. */
    static Stripe padded(Stripes owner) {
        return new Padded(owner);
    }

    final DrainNotices notices() {
        return owner.notices();
    }

    final Roster roster() {
        return roster;
    }

    /** Counts a guard beside the slot; false if the stripe is closed. */
    final boolean enterBesides() {
        long seen;
        do {
            seen = entered;
            if (seen < 0) {
                return false;
            }
        } while (!ENTERED.compareAndSet(this, seen, seen + 1));
        return true;
    }

    /** Ends the count of a guard beside the slot. */
    final void leaveBesides() {
        var unused = (long) LEFT.getAndAdd(this, 1L);
        if (entered < 0) {
            owner.lookWhetherIdle(this);
        }
    }

    /** Counts a guard of which details are kept; null if the stripe is closed. */
    final @Nullable Slot enter(Holder newHolder) {
        long ticket = tryHold();
        if (ticket == 0) {
            return OverflowSlot.enter(this, newHolder);
        }
        newHolder.setTicket(ticket);
        HOLDER.setRelease(this, newHolder);
        return this;
    }

    /** No guard comes in any more. Returns whether it was this call that closed the stripe. */
    final boolean close() {
        boolean first = closeSlot();
        var unused = (long) ENTERED.getAndBitwiseOr(this, CLOSED);
        return first;
    }

    final boolean isClosed() {
        return entered < 0;
    }

    /** How many guards it counts; never too few once closed. */
    final long active() {
        long gone = left;
        return held() + (entered & ~CLOSED) - gone;
    }

    /** How many guards it has ever counted. */
    final long admitted() {
        return taken() + (entered & ~CLOSED);
    }

    /** Shows all holders of which details are kept. */
    final void forEachHolder(Consumer<Holder> action) {
        Holder inSlot = holder;
        if (inSlot != null && isHeldBy(inSlot.ticket())) {
            action.accept(inSlot);
        }
        roster.forEach(action);
    }

    @Override
    final void ended(long ticket) {
        Holder last = holder(ticket);
        if (last != null) {
            // The next holder may have taken the slot already, and must not lose its details.
            var unused = HOLDER.compareAndSet(this, last, (Holder) null);
        }
        if (isSlotClosed()) {
            owner.lookWhetherIdle(this);
        }
    }

    @Override
    final Stripe stripe() {
        return this;
    }

    @Override
    final @Nullable Holder holder(long ticket) {
        Holder current = holder;
        return current != null && current.ticket() == ticket ? current : null;
    }

    /** 128 bytes and more from one stripe's words to the next one's: the prefetcher loads cache lines in pairs. */
    @SuppressWarnings("unused")
    private static final class Padded extends Stripe {

        private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;

        Padded(Stripes owner) {
            super(owner);
        }
    }
}
