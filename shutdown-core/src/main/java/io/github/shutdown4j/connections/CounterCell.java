package io.github.shutdown4j.connections;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;

/**
 * One cell of the striped counter of a tracker, and the slot for a guard that is acquired while the cell counts none.
 *
 * <p>All of it is packed into one {@code long}. Its bits, from the top: {@code CLOSED}; {@code WATCHED}, set if the
 * guard in the slot has an onDrain callback; 42 bits of {@code GENERATION}, the number of slot ownerships that have
 * ended; 20 bits of {@code COUNT}, the number of open guards of this cell, in the slot and outside of it. An acquire
 * adds one without a preceding read, and derives the result from the previous value: the tracker is closed; or the
 * count was zero and this guard owns the slot; or the guard is counted but needs an {@link OverflowSlot}.
 *
 * <ol>
 *   <li>The slot is acquired only at count 0, and its owner is counted, so nobody else acquires the slot until this
 *       ownership ends. Only the end of an ownership increments the generation. Therefore the generation of an
 *       ownership stands in the word exactly as long as the ownership lasts: a close compares the generation and
 *       changes it in one atomic operation, and a repeated close finds it changed, however late and on whatever thread.
 *   <li>Generations are never reused. The slot is no longer acquired after half of them are used up (about
 *       10<sup>12</sup> ownerships of one slot); from then on every guard gets an {@code OverflowSlot}.
 *   <li>Closing moves the state: {@code closedState} receives the value of {@code state}, then a compare-and-set
 *       replaces exactly that value of {@code state} by the closed marker. From then on additions to and subtractions
 *       from {@code state} are recognized as meaningless; guards that end subtract from {@code closedState} instead, to
 *       which nothing is ever added. The count of a closed cell therefore only decreases; a sum over closed cells, read
 *       one after the other, is never too small, and zero is exact. {@code closedState} has no meaning while
 *       {@code state} is open.
 *   <li>The end of a guard first changes the count and then checks whether the cell is closed and empty; a drain first
 *       closes the cell and then reads the count. At least one of the two sees the other.
 *   <li>{@code COUNT} does not overflow: an acquire that finds it half full moves to another cell. The upper half is
 *       reserved for acquires that have incremented and not yet moved, of which there is at most one per thread.
 * </ol>
 */
final class CounterCell extends GuardSlot {

    private static final int COUNT_BITS = 20;
    private static final long COUNT = (1L << COUNT_BITS) - 1;
    private static final long MAX_COUNT = (COUNT + 1) / 2;
    private static final long NEXT_GENERATION = 1L << COUNT_BITS;
    private static final long WATCHED = 1L << 62;
    private static final long CLOSED = 1L << 63;
    private static final long GENERATION = WATCHED - NEXT_GENERATION;
    private static final long SLOW_PATH = 1L << 61;
    /** Far from both ends of the range with {@code CLOSED} set, because it is still incremented and decremented. */
    private static final long CLOSED_MARKER = CLOSED | (1L << 62);

    private static final VarHandle STATE;
    private static final VarHandle CLOSED_STATE;
    private static final VarHandle ENDED_OVERFLOW;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(CounterCell.class, "state", long.class);
            CLOSED_STATE = lookup.findVarHandle(CounterCell.class, "closedState", long.class);
            ENDED_OVERFLOW = lookup.findVarHandle(CounterCell.class, "endedOverflow", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long state;
    private volatile long closedState;
    private volatile long endedOverflow;

    /** Keeps the states of two cells more than 128 bytes apart: processors load cache lines in pairs. */
    @SuppressWarnings("unused")
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;

    private final StripedCounter owner;
    private final long initialState;
    private final @Nullable DetailedSlot detailedSlot;

    /**
     * @param generation the initial generation; not 0 in tests only
     * @param keepsDetails whether the slot is acquired on the slow path only, where details can be recorded
     */
    CounterCell(StripedCounter owner, long generation, boolean keepsDetails) {
        this.owner = owner;
        initialState = (generation * NEXT_GENERATION) | (keepsDetails ? SLOW_PATH : 0);
        state = initialState;
        detailedSlot = keepsDetails ? new DetailedSlot(this) : null;
    }

    @Override
    DrainCallbacks callbacks() {
        return owner.callbacks();
    }

    /** Counts a guard if the cell is open. Returns the previous state, which the following methods interpret. */
    long increment() {
        return (long) STATE.getAndAdd(this, 1L);
    }

    /** Whether the increment acquired the slot, with {@code previous + 1} as stamp, and no further step is needed. */
    static boolean hasSlot(long previous) {
        return (previous & (CLOSED | SLOW_PATH | COUNT)) == 0;
    }

    /**
     * Acquires the slot for a guard that is already counted, with or without details. Null if the slot is in use, or if
     * this cell records no details.
     */
    @Nullable
    GuardSlot acquireSlot(long previous, @Nullable GuardInfo info) {
        if (detailedSlot == null || (previous & COUNT) != 0 || (previous & GENERATION) == GENERATION) {
            return null;
        }
        if (info == null) {
            return this;
        }
        return detailedSlot.withInfo(info, previous + 1);
    }

    /**
     * Acquires the slot for a guard that records its thread and start time only. False if the cell is closed, the slot
     * is in use, or the thread is not the one that owned the slot before.
     */
    boolean acquireSlotAsRepeatHolder(long previous, Ticker ticker) {
        return (previous & (CLOSED | COUNT)) == 0
                && detailedSlot != null
                && (previous & GENERATION) != GENERATION
                && detailedSlot.setRepeatHolder(previous + 1, ticker);
    }

    /** Registers a guard that is counted outside of the slot. Only if the cell records details. */
    void addToOverflow(GuardInfo info) {
        if (detailedSlot != null) {
            detailedSlot.overflow().add(info);
        }
    }

    /** Whether the increment did not count, because the cell is closed. */
    static boolean isRefused(long previous) {
        return previous < 0;
    }

    /** Whether the increment must be undone with {@link #decrement}, because the count is close to its maximum. */
    static boolean isNearOverflow(long previous) {
        return (previous & COUNT) >= MAX_COUNT;
    }

    /** Ends the ownership of the slot of a cell in one step if possible; false if {@link #end} is needed. */
    static boolean tryEnd(GuardSlot slot, long stamp) {
        // compareAndSet would convert its result to a boolean first, which costs half a nanosecond.
        return slot instanceof CounterCell cell
                && (long) STATE.compareAndExchange(cell, stamp, stamp - 1 + NEXT_GENERATION) == stamp;
    }

    @Override
    void end(long stamp) {
        end(stamp, this);
    }

    /** Ends the ownership of the slot; {@code watchedSlot} is the slot under which its callbacks are registered. */
    void end(long stamp, GuardSlot watchedSlot) {
        long previous;
        do {
            previous = current();
            if (!isSameGeneration(previous, stamp)) {
                return;
            }
        } while (!change(previous, (previous & ~WATCHED) - 1 + NEXT_GENERATION));
        if ((previous & WATCHED) != 0) {
            callbacks().remove(watchedSlot, stamp);
        }
        signalIfIdle();
    }

    /** Counts the end of a guard outside of the slot. */
    void decrementOverflow() {
        var unused = (long) ENDED_OVERFLOW.getAndAdd(this, 1L);
        decrement();
    }

    /** Decrements the count for a guard that does not own the slot. */
    void decrement() {
        if ((long) STATE.getAndAdd(this, -1L) < 0) {
            var unused = (long) CLOSED_STATE.getAndAdd(this, -1L);
            signalIfIdle();
        }
    }

    private void signalIfIdle() {
        if (state < 0 && inFlight() == 0) {
            owner.signalIfIdle();
        }
    }

    /** The effective state: {@code closedState} if the cell is closed. Without {@code CLOSED}. */
    private long current() {
        long open = state;
        return open >= 0 ? open : closedState;
    }

    /** Compare-and-set on the effective state; false if it is not {@code previous} any more. */
    private boolean change(long previous, long next) {
        // Try the open state first: while it is open, closedState has no meaning. Never both of them match.
        return STATE.compareAndSet(this, previous, next)
                || (state < 0 && CLOSED_STATE.compareAndSet(this, previous, next));
    }

    private static boolean isSameGeneration(long previous, long stamp) {
        return (previous & GENERATION) == (stamp & GENERATION);
    }

    /** Closes the cell: later increments do not count. Must not run on two threads at once. */
    void close() {
        long previous;
        do {
            previous = state;
            if (previous < 0) {
                return;
            }
            closedState = previous;
        } while (!STATE.compareAndSet(this, previous, CLOSED_MARKER));
    }

    /** The number of open guards; never too small once the cell is closed. */
    long inFlight() {
        return current() & COUNT;
    }

    /** The number of guards counted since the creation; exact while no guard is acquired or closed. */
    long admitted() {
        long previous = current();
        return ((previous & GENERATION) - initialState) / NEXT_GENERATION + (previous & COUNT) + endedOverflow;
    }

    /** Passes every open guard with recorded details to the action. */
    void forEachGuard(Consumer<GuardInfo> action) {
        if (detailedSlot != null) {
            detailedSlot.forEachGuard(action);
        }
    }

    @Override
    long stamp() {
        return (current() & GENERATION) + 1;
    }

    @Override
    boolean isHeld(long stamp) {
        return isSameGeneration(current(), stamp);
    }

    @Override
    boolean watch(long stamp) {
        long previous;
        do {
            previous = current();
            if (!isSameGeneration(previous, stamp)) {
                return false;
            }
        } while (!change(previous, previous | WATCHED));
        return true;
    }

    @Override
    @Nullable
    GuardInfo info(long stamp) {
        return detailedSlot != null && isHeld(stamp) ? detailedSlot.currentRepeatHolder() : null;
    }
}
