package io.github.shutdown4j.connections;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/** A slot for a single guard, allocated because the slot of its cell is in use. */
final class OverflowSlot extends GuardSlot {

    private static final int HELD = 1;
    private static final int WATCHED = 2;
    private static final int ENDED = 0;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(OverflowSlot.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CounterCell cell;
    private final @Nullable GuardInfo info;
    private volatile int state = HELD;

    /** @param cell has already counted the guard */
    OverflowSlot(CounterCell cell, @Nullable GuardInfo info) {
        this.cell = cell;
        this.info = info;
        if (info != null) {
            cell.addToOverflow(info);
        }
    }

    @Override
    long stamp() {
        return 1;
    }

    @Override
    void end(long stamp) {
        int previous = (int) STATE.getAndSet(this, ENDED);
        if (previous == ENDED) {
            return;
        }
        if (previous == WATCHED) {
            callbacks().remove(this, stamp);
        }
        if (info != null) {
            info.removeFromRegistry();
            info.clear();
        }
        cell.decrementOverflow();
    }

    @Override
    boolean isHeld(long stamp) {
        return state != ENDED;
    }

    @Override
    boolean watch(long stamp) {
        return STATE.compareAndSet(this, HELD, WATCHED) || state == WATCHED;
    }

    @Override
    @Nullable
    GuardInfo info(long stamp) {
        return info;
    }

    @Override
    DrainCallbacks callbacks() {
        return cell.callbacks();
    }
}
