package io.github.shutdown4j.connections;

import io.github.shutdown4j.internal.Checks;

/**
 * One piece of work in hand: a {@link ConnectionTracker} does not finish its drain while the guard is open.
 *
 * <p>Close it when the work is done, best by {@code try}-with-resources. It may be closed on any thread, also on several
 * at once, and counts once however often. A guard that is forgotten without being closed stays counted: the drain waits
 * for it up to its limit and then reports it as abandoned.
 *
 * <p>What a thread has done before it closes a guard is visible to whoever has seen a drain that waited for it end.
 */
public final class ConnectionGuard implements AutoCloseable {

    // Nothing here ever changes, and no atomic operation aims at a guard: so the JIT compiler can do without the
    // object.
    private final GuardSlot slot;
    private final long ticket;

    ConnectionGuard(GuardSlot slot, long ticket) {
        this.slot = slot;
        this.ticket = ticket;
    }

    /** The work is done. Never blocks and never fails; does nothing if the guard is closed. */
    @Override
    public void close() {
        if (!CounterCell.tryEnd(slot, ticket)) {
            slot.end(ticket);
        }
    }

    /**
     * Asks to be told when the drain begins. For work that lasts, such as a WebSocket, an event stream or a long job: it
     * can then say goodbye and end instead of being waited for in vain.
     *
     * <p>The callback runs once, on a thread made for such callbacks, with no lock held; at once if the drain has begun
     * already; and never if the guard is closed before its turn has come. One that throws is logged, and one that blocks
     * holds up neither the others nor the drain. A guard can have several callbacks. They are forgotten when it closes.
     *
     * <p>Does not close the guard: the callback, or the work it ends, must do that.
     *
     * @return this guard
     */
    public ConnectionGuard onDrain(Runnable callback) {
        Checks.notNull("callback", callback);
        slot.notices().add(slot, ticket, callback);
        return this;
    }
}
