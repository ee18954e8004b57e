package io.github.shutdown4j.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * A state in the form in which it is saved.
 *
 * @param bytes what the codec made of it
 * @param check what must succeed before it replaces the state before; null if that is not needed
 */
record EncodedState<T>(byte[] bytes, @Nullable RoundTripCheck<T> check) {

    /** Checks on this thread, while the store's own thread writes. */
    void checkNow() {
        if (check != null) {
            check.run();
        }
    }
}
