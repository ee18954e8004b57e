package io.github.shutdown4j.connections;

import org.jspecify.annotations.Nullable;

/** A slot that a guard occupies. A stamp identifies one ownership; no two ownerships of a slot have the same stamp. */
abstract class GuardSlot {

    /** The stamp of the current ownership; only for the owner. */
    abstract long stamp();

    /** Ends the ownership and discards its details and callbacks; does nothing if it has ended already. */
    abstract void end(long stamp);

    /** Whether the ownership has not ended. */
    abstract boolean isHeld(long stamp);

    /** Makes the end of the ownership call {@link DrainCallbacks#remove}; false if it has already ended. */
    abstract boolean watch(long stamp);

    /** The details of the owner, if recorded. */
    abstract @Nullable GuardInfo info(long stamp);

    /** The registered onDrain callbacks of the tracker. */
    abstract DrainCallbacks callbacks();
}
