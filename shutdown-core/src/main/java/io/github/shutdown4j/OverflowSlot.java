package io.github.shutdown4j;

import org.jspecify.annotations.Nullable;

/** A slot for one guard only, made for it because the slot of its stripe was taken. */
final class OverflowSlot extends Slot {

    private final Stripe stripe;
    private final @Nullable Holder holder;

    private OverflowSlot(Stripe stripe, @Nullable Holder holder) {
        super(true);
        this.stripe = stripe;
        this.holder = holder;
    }

    /** A slot, held already and counted by the stripe; null if the stripe is closed. */
    static @Nullable OverflowSlot enter(Stripe stripe, @Nullable Holder holder) {
        OverflowSlot slot = new OverflowSlot(stripe, holder);
        if (!stripe.enterBesides()) {
            return null;
        }
        if (holder != null) {
            stripe.roster().add(holder);
        }
        return slot;
    }

    @Override
    void ended(long ticket) {
        if (holder != null) {
            holder.unlist();
        }
        stripe.leaveBesides();
    }

    @Override
    Stripe stripe() {
        return stripe;
    }

    @Override
    @Nullable
    Holder holder(long ticket) {
        return holder;
    }
}
