package io.github.shutdown4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/**
 * A place that one guard at a time can hold; all there is to know about it is in one word.
 *
 * <p>The bits of the word, from the top: {@code CLOSED}, nobody takes the slot any more; {@code WATCHED}, the holder
 * wants to be told when the drain begins; and 62 bits of a counter, which rises by one when the slot is taken and by one
 * when it is let go. So the slot is held while the counter is odd, and that odd number is the holder's ticket.
 *
 * <ol>
 *   <li>The counter never comes back to a former value: at one guard per nanosecond that would take 73 years. Hence
 *       whoever changes it from a ticket to the next number has ended that hold, and nobody can end it again or end the
 *       hold of somebody else, however late and from whichever thread.
 *   <li>{@code CLOSED} is never cleared, and a closed slot is not taken: once free, it stays free.
 *   <li>{@code WATCHED} is set only while the slot is held, and cleared by the change that ends the hold.
 * </ol>
 */
abstract class Slot {

    private static final long CLOSED = 1L << 63;
    private static final long WATCHED = 1L << 62;
    private static final long HELD = 1;
    private static final long COUNTER = WATCHED - 1;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Slot.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word;

    /** A slot that is free ({@code false}) or in the hands of its maker from the beginning ({@code true}). */
    Slot(boolean held) {
        word = held ? HELD : 0;
    }

    /** Takes the slot and returns the ticket; 0 if it is closed or held, or somebody else was quicker. */
    final long tryHold() {
        long seen = word;
        if ((seen & (CLOSED | HELD)) == 0 && WORD.compareAndSet(this, seen, seen + 1)) {
            return seen + 1;
        }
        return 0;
    }

    /**
     * Ends the hold if nothing else is to be done for that; false if there is ({@link #end} does it) or if it has ended
     * already. Only for a stripe's own slot, without details.
     */
    final boolean tryEnd(long ticket) {
        return WORD.compareAndSet(this, ticket, ticket + 1);
    }

    /** Ends the hold, with all that belongs to it; does nothing if it has ended already. */
    final void end(long ticket) {
        long seen;
        do {
            seen = word;
            if ((seen & COUNTER) != ticket) {
                return;
            }
        } while (!WORD.compareAndSet(this, seen, (seen & ~WATCHED) + 1));
        if ((seen & WATCHED) != 0) {
            stripe().notices().forget(this, ticket);
        }
        ended(ticket);
    }

    /** Marks the hold as watched; false if it has ended. */
    final boolean watch(long ticket) {
        long seen;
        do {
            seen = word;
            if ((seen & COUNTER) != ticket) {
                return false;
            }
        } while (!WORD.compareAndSet(this, seen, seen | WATCHED));
        return true;
    }

    /** Whether the hold with this ticket goes on. */
    final boolean isHeldBy(long ticket) {
        return (word & COUNTER) == ticket;
    }

    /** The ticket of whoever holds the slot; only for the holder. */
    final long ticket() {
        return word & COUNTER;
    }

    /** Closes the slot. Its holder stays. Returns whether it was this call that closed it. */
    final boolean closeSlot() {
        return ((long) WORD.getAndBitwiseOr(this, CLOSED) & CLOSED) == 0;
    }

    final boolean isSlotClosed() {
        return (word & CLOSED) != 0;
    }

    /** 1 if the slot is held, else 0. */
    final long held() {
        return word & HELD;
    }

    /** How often the slot has been taken. */
    final long taken() {
        return ((word & COUNTER) + 1) >>> 1;
    }

    /** Does what is left to do when a hold has ended; called once for each hold that did not end by {@link #tryEnd}. */
    abstract void ended(long ticket);

    /** The stripe that counts this slot. */
    abstract Stripe stripe();

    /** What is known about the holder, if details are kept. */
    abstract @Nullable Holder holder(long ticket);
}
