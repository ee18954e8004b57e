package io.github.shutdown4j.connections;

import io.github.shutdown4j.internal.Checks;

/**
 * One unit of work in flight: the drain of a {@link ConnectionTracker} waits until the guard is closed.
 *
 * <p>Close the guard when the work is done, preferably with {@code try}-with-resources. Any thread may close it,
 * several threads may do so concurrently, and repeated calls have no effect. A guard that is never closed stays
 * counted: the drain waits for it up to its limit and then reports it as abandoned.
 *
 * <pre>{@code
 * ConnectionGuard guard = streams.acquire("GET /events");
 * stream.onClosed(guard::close);
 * guard.onDrain(stream::sendGoodbye); // the client then closes the stream
 * }</pre>
 *
 * <p>Memory consistency: actions of a thread before it closes a guard happen-before the return of a drain that waited
 * for that guard.
 */
public final class ConnectionGuard implements AutoCloseable {

    // The fields are final and no atomic operation targets the guard itself, so that escape analysis of the JIT
    // compiler can remove the allocation.
    private final GuardSlot slot;
    private final long stamp;

    ConnectionGuard(GuardSlot slot, long stamp) {
        this.slot = slot;
        this.stamp = stamp;
    }

    /** Marks the work as done. Never blocks, never throws, and does nothing if the guard is already closed. */
    @Override
    public void close() {
        // Behind the branch the guard itself is not used any more. Otherwise C2 of JDK 17 allocates it for that
        // branch if the guard came from an Optional or was compared with null.
        GuardSlot held = slot;
        long heldStamp = stamp;
        if (!CounterCell.tryEnd(held, heldStamp)) {
            held.end(heldStamp);
        }
    }

    /**
     * Registers a callback that runs when the drain begins. It is intended for long-lived work, such as a WebSocket, an
     * event stream or a long job, which can then finish early instead of running into the limit of the drain.
     *
     * <p>The callback runs at most once, on a library thread, with no lock held. It runs immediately if the drain has
     * already begun, and never if the guard is closed before the callback starts. A callback that throws is logged; one
     * that blocks delays neither other callbacks nor the drain. A guard may have several callbacks. Closing the guard
     * discards them. In a process that for a second cannot create a thread, callbacks run one after the other on the thread
     * that waits for the drain.
     *
     * <p>This does not close the guard: the callback, or the work that it ends, must do so.
     *
     * @return this guard
     */
    public ConnectionGuard onDrain(Runnable callback) {
        Checks.notNull("callback", callback);
        slot.callbacks().add(slot, stamp, callback);
        return this;
    }
}
