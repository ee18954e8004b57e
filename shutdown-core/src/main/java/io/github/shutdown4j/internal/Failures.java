package io.github.shutdown4j.internal;

import org.jspecify.annotations.Nullable;

/** Combines several failures: the first is thrown, the others are suppressed in it. */
public final class Failures {

    private Failures() {}

    /** Adds {@code next} to {@code first} as suppressed; returns {@code next} if there was no failure before. */
    public static Throwable join(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }

    /** Throws the failure, wrapped if it is neither an exception nor an error. Does nothing for null. */
    public static void rethrow(@Nullable Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof Exception exception) {
            throw exception;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }
}
