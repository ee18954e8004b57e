package io.github.shutdown4j.connections;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;

/**
 * The slot of a stripe as those hold it of whom details are kept, and the list of those beside it.
 *
 * <p>Of who has no label, and is the thread that had the slot the last time, there is nothing that must be forgotten at
 * the end: such a {@link RepeatHolder} writes down its ticket and the moment, and holds the slot under the name of the stripe.
 * What it has written is its own as long as the hold with this ticket goes on, because who comes next writes only after
 * the generation has been raised.
 */
final class DetailedSlot extends GuardSlot {

    private static final VarHandle HOLDER;
    private static final VarHandle RESIDENT_TICKET;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HOLDER = lookup.findVarHandle(DetailedSlot.class, "holder", GuardInfo.class);
            RESIDENT_TICKET = lookup.findVarHandle(DetailedSlot.class, "residentTicket", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CounterCell stripe;
    private final GuardRegistry besides = new GuardRegistry();
    private volatile @Nullable GuardInfo holder;

    // Written only by who has just taken the slot.
    private long lastThread;
    private long residentSince;
    private volatile long residentTicket;
    private @Nullable RepeatHolder resident;

    /** Keeps what is written at each hold away from that of the next slot: see {@link CounterCell}. */
    @SuppressWarnings("unused")
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;

    DetailedSlot(CounterCell stripe) {
        this.stripe = stripe;
    }

    GuardRegistry besides() {
        return besides;
    }

    /** Says who has the slot; only for the one who has just taken it. */
    void setHolder(GuardInfo newHolder, long ticket) {
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
            resident = new RepeatHolder(Thread.currentThread());
        }
        residentSince = ticker.nanoTime();
        RESIDENT_TICKET.setRelease(this, ticket);
        return true;
    }

    /** The resident, if it is the one who holds the slot. */
    @Nullable
    GuardInfo residing() {
        long ticket = residentTicket;
        RepeatHolder who = resident;
        long since = residentSince;
        VarHandle.acquireFence();
        if (who == null || !isHeld(ticket)) {
            return null;
        }
        GuardInfo residing = who.holder(since);
        residing.setTicket(ticket);
        return residing;
    }

    void forEachHolder(Consumer<GuardInfo> action) {
        GuardInfo residing = residing();
        if (residing != null) {
            action.accept(residing);
        }
        GuardInfo inSlot = holder;
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
        GuardInfo last = holder(ticket);
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
    GuardInfo holder(long ticket) {
        GuardInfo current = holder;
        return current != null && current.ticket() == ticket ? current : null;
    }

    @Override
    DrainCallbacks notices() {
        return stripe.notices();
    }
}
