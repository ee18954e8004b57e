package io.github.shutdown4j.connections;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;

/**
 * The slot of a cell for guards with details, and the registry of the guards of that cell outside of the slot.
 *
 * <p>A guard without a label, acquired by the thread that owned the slot before, has no details that must be cleared at
 * its end: a {@link RepeatHolder} only writes the stamp and the start time, and the guard refers to the cell itself as
 * its slot. These fields belong to the owner as long as the ownership with this stamp lasts, because the next owner
 * writes them only after the generation has been incremented.
 */
final class DetailedSlot extends GuardSlot {

    private static final VarHandle INFO;
    private static final VarHandle REPEAT_STAMP;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INFO = lookup.findVarHandle(DetailedSlot.class, "info", GuardInfo.class);
            REPEAT_STAMP = lookup.findVarHandle(DetailedSlot.class, "repeatStamp", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CounterCell cell;
    private final GuardRegistry overflow = new GuardRegistry();
    private volatile @Nullable GuardInfo info;

    // Written only by the thread that has just acquired the slot.
    private long lastThread;
    private long repeatSince;
    private volatile long repeatStamp;
    private @Nullable RepeatHolder repeatHolder;

    /** Padding against false sharing with the next slot: see {@link CounterCell}. */
    @SuppressWarnings("unused")
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;

    DetailedSlot(CounterCell cell) {
        this.cell = cell;
    }

    GuardRegistry overflow() {
        return overflow;
    }

    /**
     * Sets the details of the owner, and returns this slot. Only for the thread that has just acquired the slot. Returns the
     * supertype, so that the JVM does not load this class to verify the caller in a process without details.
     */
    GuardSlot withInfo(GuardInfo newInfo, long stamp) {
        newInfo.setStamp(stamp);
        INFO.setRelease(this, newInfo);
        return this;
    }

    /**
     * Makes the calling thread the owner if it also was the previous owner. Only for the thread that has just acquired
     * the slot, with its stamp.
     */
    boolean setRepeatHolder(long stamp, Ticker ticker) {
        long threadId = Thread.currentThread().getId();
        if (lastThread != threadId) {
            lastThread = threadId;
            repeatHolder = null;
            return false;
        }
        if (repeatHolder == null) {
            repeatHolder = new RepeatHolder(Thread.currentThread());
        }
        repeatSince = ticker.nanoTime();
        REPEAT_STAMP.setRelease(this, stamp);
        return true;
    }

    /** The details of the guard of the repeat holder, if it owns the slot now. */
    @Nullable
    GuardInfo currentRepeatHolder() {
        long stamp = repeatStamp;
        RepeatHolder owner = repeatHolder;
        long since = repeatSince;
        VarHandle.acquireFence();
        if (owner == null || !isHeld(stamp)) {
            return null;
        }
        GuardInfo repeated = owner.info(since);
        repeated.setStamp(stamp);
        return repeated;
    }

    void forEachGuard(Consumer<GuardInfo> action) {
        GuardInfo repeated = currentRepeatHolder();
        if (repeated != null) {
            action.accept(repeated);
        }
        GuardInfo inSlot = info;
        if (inSlot != null && isHeld(inSlot.stamp())) {
            action.accept(inSlot);
        }
        overflow.forEach(action);
    }

    @Override
    long stamp() {
        return cell.stamp();
    }

    @Override
    void end(long stamp) {
        GuardInfo last = info(stamp);
        cell.end(stamp, this);
        if (last != null) {
            // The object stays in the field until the next owner replaces it, but without content.
            last.clear();
        }
    }

    @Override
    boolean isHeld(long stamp) {
        return cell.isHeld(stamp);
    }

    @Override
    boolean watch(long stamp) {
        return cell.watch(stamp);
    }

    @Override
    @Nullable
    GuardInfo info(long stamp) {
        GuardInfo current = info;
        return current != null && current.stamp() == stamp ? current : null;
    }

    @Override
    DrainCallbacks callbacks() {
        return cell.callbacks();
    }
}
