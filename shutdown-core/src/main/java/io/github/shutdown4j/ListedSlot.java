package io.github.shutdown4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** The slot of a stripe as those hold it of whom details are kept, and the list of those beside it. */
final class ListedSlot extends Slot {

    private static final VarHandle HOLDER;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(ListedSlot.class, "holder", Holder.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Stripe stripe;
    private final Roster besides = new Roster();
    private volatile @Nullable Holder holder;

    ListedSlot(Stripe stripe) {
        this.stripe = stripe;
    }

    Roster besides() {
        return besides;
    }

    /** Says who has the slot; only for the one who has just taken it. */
    void setHolder(Holder newHolder, long ticket) {
        newHolder.setTicket(ticket);
        HOLDER.setRelease(this, newHolder);
    }

    void forEachHolder(Consumer<Holder> action) {
        Holder inSlot = holder;
        if (inSlot != null && isHeld(inSlot.ticket())) {
            action.accept(inSlot);
        }
        besides.forEach(action);
    }

    @Override
    long ticket() {
        return stripe.ticket();
    }

    @Override
    void end(long ticket) {
        Holder last = holder(ticket);
        stripe.end(ticket, this);
        if (last != null) {
            // It stays in the field until the next one comes, but empty.
            last.forget();
        }
    }

    @Override
    boolean isHeld(long ticket) {
        return stripe.isHeld(ticket);
    }

    @Override
    boolean watch(long ticket) {
        return stripe.watch(ticket);
    }

    @Override
    @Nullable
    Holder holder(long ticket) {
        Holder current = holder;
        return current != null && current.ticket() == ticket ? current : null;
    }

    @Override
    DrainNotices notices() {
        return stripe.notices();
    }
}
