package io.github.shutdown4j.connections;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/** A slot for one hold only, made for it because its stripe's own was taken. */
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

    private final CounterCell stripe;
    private final @Nullable GuardInfo holder;
    private volatile int state = HELD;

    /** @param stripe has counted the hold already */
    OverflowSlot(CounterCell stripe, @Nullable GuardInfo holder) {
        this.stripe = stripe;
        this.holder = holder;
        if (holder != null) {
            stripe.list(holder);
        }
    }

    @Override
    long ticket() {
        return 1;
    }

    @Override
    void end(long ticket) {
        int seen = (int) STATE.getAndSet(this, ENDED);
        if (seen == ENDED) {
            return;
        }
        if (seen == WATCHED) {
            notices().forget(this, ticket);
        }
        if (holder != null) {
            holder.unlist();
            holder.forget();
        }
        stripe.leaveBesides();
    }

    @Override
    boolean isHeld(long ticket) {
        return state != ENDED;
    }

    @Override
    boolean watch(long ticket) {
        return STATE.compareAndSet(this, HELD, WATCHED) || state == WATCHED;
    }

    @Override
    @Nullable
    GuardInfo holder(long ticket) {
        return holder;
    }

    @Override
    DrainCallbacks notices() {
        return stripe.notices();
    }
}
