package io.github.shutdown4j.connections;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;

/**
 * One part of a tracker's count, and the slot for whoever comes while it counts nobody.
 *
 * <p>One word says it all. Its bits, from the top: {@code CLOSED}; {@code WATCHED}, the holder of the slot has asked to
 * be told of the drain; 42 bits of {@code GENERATION}, how many holds of the slot have ended; 20 bits of {@code COUNT},
 * how many guards are open here, in the slot and beside it. Who arrives adds one without looking first, and learns from
 * the former value what that meant: the tracker is closed; or nobody was here, and the slot is taken; or somebody was,
 * and the guard has been counted but needs a slot of its own.
 *
 * <ol>
 *   <li>The slot is taken only at count 0, and its holder counts, so until the hold ends nobody else takes the slot. The
 *       end of the hold raises the generation, and nothing else does. So the generation at which the slot was taken
 *       stands in the word exactly as long as the hold lasts: whoever ends the hold looks for it and changes it in one
 *       atomic operation, and a second one finds it gone, however late and from whichever thread.
 *   <li>Generations do not come back. The slot is not taken any more once half of them are used up (after some
 *       10<sup>12</sup> holds of one slot); every guard has a slot of its own then.
 *   <li>Closing moves the word: {@code rest} gets what {@code word} says, then {@code word} changes from exactly that
 *       to closed. From then on whoever adds to {@code word} or subtracts from it learns that this meant nothing, and
 *       those who leave subtract from {@code rest}, to which nobody adds. So the count of a closed stripe only falls; a sum over
 *       closed stripes, read one after the other, is never too small, and zero is exact. {@code rest} means nothing
 *       while {@code word} is open.
 *   <li>Who leaves first changes the count and then looks whether the stripe is closed and nobody is left; a drain
 *       first closes and then looks at the count. One of the two sees the other.
 *   <li>{@code COUNT} does not overflow: who finds it half full goes to another stripe. The upper half is for those who
 *       have arrived and not yet gone there, of which there is one per thread at most.
 * </ol>
 */
final class CounterCell extends GuardSlot {

    private static final int COUNT_BITS = 20;
    private static final long COUNT = (1L << COUNT_BITS) - 1;
    private static final long MOST = (COUNT + 1) / 2;
    private static final long NEXT_GENERATION = 1L << COUNT_BITS;
    private static final long WATCHED = 1L << 62;
    private static final long CLOSED = 1L << 63;
    private static final long GENERATION = WATCHED - NEXT_GENERATION;
    private static final long LONG_WAY = 1L << 61;
    /** Far from both ends of what {@code CLOSED} allows, because it is still added to and subtracted from. */
    private static final long CLOSED_WORD = CLOSED | (1L << 62);

    private static final VarHandle WORD;
    private static final VarHandle REST;
    private static final VarHandle LEFT_BESIDES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(CounterCell.class, "word", long.class);
            REST = lookup.findVarHandle(CounterCell.class, "rest", long.class);
            LEFT_BESIDES = lookup.findVarHandle(CounterCell.class, "leftBesides", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long word;
    private volatile long rest;
    private volatile long leftBesides;

    /** Keeps the words of two stripes more than 128 bytes apart: processors load cache lines in pairs. */
    @SuppressWarnings("unused")
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;

    private final StripedCounter owner;
    private final long beginning;
    private final @Nullable DetailedSlot listed;

    /**
     * @param generation where to begin; 0 but in tests
     * @param keepsDetails whether the slot is taken the long way only, where details can be kept
     */
    CounterCell(StripedCounter owner, long generation, boolean keepsDetails) {
        this.owner = owner;
        beginning = (generation * NEXT_GENERATION) | (keepsDetails ? LONG_WAY : 0);
        word = beginning;
        listed = keepsDetails ? new DetailedSlot(this) : null;
    }

    @Override
    DrainCallbacks notices() {
        return owner.notices();
    }

    /** Counts a guard, if the stripe is open, and returns what it was counted upon: see the next methods. */
    long arrive() {
        return (long) WORD.getAndAdd(this, 1L);
    }

    /** Whether who has arrived has the slot, with {@code seen + 1} as ticket, and need not look any further. */
    static boolean hasSlot(long seen) {
        return (seen & (CLOSED | LONG_WAY | COUNT)) == 0;
    }

    /**
     * Takes the slot for one who has arrived, is counted, and keeps details; or may, and does not. Null if the slot is
     * not free, or this stripe keeps none.
     */
    @Nullable
    GuardSlot takeSlot(long seen, @Nullable GuardInfo holder) {
        if (listed == null || (seen & COUNT) != 0 || (seen & GENERATION) == GENERATION) {
            return null;
        }
        if (holder == null) {
            return this;
        }
        listed.setHolder(holder, seen + 1);
        return listed;
    }

    /**
     * Takes the slot for one who has arrived and keeps no details but its thread and the moment. False if the stripe is
     * closed, the slot is not free, or the thread is not the one that had it the last time.
     */
    boolean takeSlotAsResident(long seen, Ticker ticker) {
        return (seen & (CLOSED | COUNT)) == 0
                && listed != null
                && (seen & GENERATION) != GENERATION
                && listed.enterAsResident(seen + 1, ticker);
    }

    /** Lists one who is counted beside the slot. Only if the stripe keeps details. */
    void list(GuardInfo holder) {
        if (listed != null) {
            listed.besides().add(holder);
        }
    }

    /** Whether who has arrived was not counted, because the stripe is closed. */
    static boolean isRefused(long seen) {
        return seen < 0;
    }

    /** Whether who has arrived must {@linkplain #leave leave} again, because there are too many. */
    static boolean isCrowded(long seen) {
        return (seen & COUNT) >= MOST;
    }

    /** Ends the hold of a stripe's slot if that is all there is to do; false if there is more: see {@link #end}. */
    static boolean tryEnd(GuardSlot slot, long ticket) {
        // compareAndSet would first make its answer a boolean, which costs half a nanosecond.
        return slot instanceof CounterCell stripe
                && (long) WORD.compareAndExchange(stripe, ticket, ticket - 1 + NEXT_GENERATION) == ticket;
    }

    @Override
    void end(long ticket) {
        end(ticket, this);
    }

    /** Ends the hold of the slot, under the name by which it is watched. */
    void end(long ticket, GuardSlot name) {
        long seen;
        do {
            seen = current();
            if (!isSame(seen, ticket)) {
                return;
            }
        } while (!change(seen, (seen & ~WATCHED) - 1 + NEXT_GENERATION));
        if ((seen & WATCHED) != 0) {
            notices().forget(name, ticket);
        }
        lookWhetherIdle();
    }

    /** A guard beside the slot has ended. */
    void leaveBesides() {
        var unused = (long) LEFT_BESIDES.getAndAdd(this, 1L);
        leave();
    }

    /** Somebody who is counted, but has not the slot, leaves. */
    void leave() {
        if ((long) WORD.getAndAdd(this, -1L) < 0) {
            var unused = (long) REST.getAndAdd(this, -1L);
            lookWhetherIdle();
        }
    }

    private void lookWhetherIdle() {
        if (word < 0 && active() == 0) {
            owner.lookWhetherIdle();
        }
    }

    /** The word as it counts: {@code rest} if closed. Without {@code CLOSED}. */
    private long current() {
        long open = word;
        return open >= 0 ? open : rest;
    }

    /** Changes the word as it counts; false if it is not as it was seen any more. */
    private boolean change(long seen, long next) {
        // The open word is tried first: while it is open, rest means nothing. It is never both.
        return WORD.compareAndSet(this, seen, next) || (word < 0 && REST.compareAndSet(this, seen, next));
    }

    private static boolean isSame(long seen, long ticket) {
        return (seen & GENERATION) == (ticket & GENERATION);
    }

    /** Nobody is counted any more who arrives from now on. Not for two threads at a time. */
    void close() {
        long seen;
        do {
            seen = word;
            if (seen < 0) {
                return;
            }
            rest = seen;
        } while (!WORD.compareAndSet(this, seen, CLOSED_WORD));
    }

    /** How many guards are open; never too few once closed. */
    long active() {
        return current() & COUNT;
    }

    /** How many guards have been counted since the beginning; exact while none comes or goes. */
    long admitted() {
        long seen = current();
        return ((seen & GENERATION) - beginning) / NEXT_GENERATION + (seen & COUNT) + leftBesides;
    }

    /** Shows all holders of which details are kept. */
    void forEachHolder(Consumer<GuardInfo> action) {
        if (listed != null) {
            listed.forEachHolder(action);
        }
    }

    @Override
    long ticket() {
        return (current() & GENERATION) + 1;
    }

    @Override
    boolean isHeld(long ticket) {
        return isSame(current(), ticket);
    }

    @Override
    boolean watch(long ticket) {
        long seen;
        do {
            seen = current();
            if (!isSame(seen, ticket)) {
                return false;
            }
        } while (!change(seen, seen | WATCHED));
        return true;
    }

    @Override
    @Nullable
    GuardInfo holder(long ticket) {
        return listed != null && isHeld(ticket) ? listed.residing() : null;
    }
}
