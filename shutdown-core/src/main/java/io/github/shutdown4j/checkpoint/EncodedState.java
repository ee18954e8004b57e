package io.github.shutdown4j.checkpoint;

import org.jspecify.annotations.Nullable;

/** A state in the form in which it is saved. */
final class EncodedState<T> {

    private final byte[] bytes;
    private final @Nullable RoundTripCheck<T> check;

    /**
     * What there is to save.
     *
     * @param bytes what the codec made of the state
     * @param check what must succeed before it replaces the state before; null if that is not needed
     */
    EncodedState(byte[] bytes, @Nullable RoundTripCheck<T> check) {
        this.bytes = bytes;
        this.check = check;
    }

    byte[] bytes() {
        return bytes;
    }

    @Nullable
    RoundTripCheck<T> check() {
        return check;
    }

    /** Checks on this thread, while the store's own thread writes. */
    void checkNow() {
        if (check != null) {
            check.run();
        }
    }
}
