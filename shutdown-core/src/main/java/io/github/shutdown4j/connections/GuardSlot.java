package io.github.shutdown4j.connections;

import org.jspecify.annotations.Nullable;

/** What a guard holds. A hold is known by its ticket; no two holds of a slot have the same. */
abstract class GuardSlot {

    /** The ticket of whoever holds the slot; only for the holder. */
    abstract long ticket();

    /** Ends the hold and all that belongs to it; does nothing if it has ended already. */
    abstract void end(long ticket);

    /** Whether the hold goes on. */
    abstract boolean isHeld(long ticket);

    /** Has the end of the hold reported to {@link DrainCallbacks#forget}; false if it has ended. */
    abstract boolean watch(long ticket);

    /** What is known about the holder, if details are kept. */
    abstract @Nullable GuardInfo holder(long ticket);

    /** Where holders ask to be told of the drain. */
    abstract DrainCallbacks notices();
}
