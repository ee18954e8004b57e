package io.github.shutdown4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;

/**
 * The slot of a stripe as those hold it of whom details are kept, and the list of those beside it.
 *
 * <p>Of who has no label, and is the thread that had the slot the last time, there is nothing that must be forgotten at
 * the end: such a {@link Resident} writes down its ticket and the moment, and holds the slot under the name of the stripe.
 * What it has written is its own as long as the hold with this ticket goes on, because who comes next writes only after
 * the generation has been raised.
 */
final class ListedSlot extends Slot {

    private static final VarHandle HOLDER;
    private static final VarHandle RESIDENT_TICKET;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HOLDER = lookup.findVarHandle(ListedSlot.class, "holder", Holder.class);
            RESIDENT_TICKET = lookup.findVarHandle(ListedSlot.class, "residentTicket", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Stripe stripe;
    private final Roster besides = new Roster();
    private volatile @Nullable Holder holder;

    // Written only by who has just taken the slot.
    private long lastThread;
    private long residentSince;
    private volatile long residentTicket;
    private @Nullable Resident resident;

    /** Keeps what is written at each hold away from that of the next slot: see {@link Stripe}. */
    @SuppressWarnings("unused")
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;

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

    /**
     * Says that the calling thread has the slot, if it had it the last time as well; only for the one who has just taken
     * it, with the ticket.
     */
    boolean enterAsResident(long ticket, Ticker ticker) {
        long threadId = Thread.currentThread().getId();
        if (lastThread != threadId) {
            lastThread = threadId;
            resident = null;
            return false;
        }
        if (resident == null) {
            resident = new Resident(Thread.currentThread());
        }
        residentSince = ticker.nanoTime();
        RESIDENT_TICKET.setRelease(this, ticket);
        return true;
    }

    /** The resident, if it is the one who holds the slot. */
    @Nullable
    Holder residing() {
        long ticket = residentTicket;
        Resident who = resident;
        long since = residentSince;
        VarHandle.acquireFence();
        if (who == null || !isHeld(ticket)) {
            return null;
        }
        Holder residing = who.holder(since);
        residing.setTicket(ticket);
        return residing;
    }

    void forEachHolder(Consumer<Holder> action) {
        Holder residing = residing();
        if (residing != null) {
            action.accept(residing);
        }
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
