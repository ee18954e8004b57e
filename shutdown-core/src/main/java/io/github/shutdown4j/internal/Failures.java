package io.github.shutdown4j.internal;

import org.jspecify.annotations.Nullable;

/** Several failures as one: the first is the cause, the others are suppressed in it. */
public final class Failures {

    private Failures() {}

    /** {@code first} with {@code next} suppressed in it; {@code next} itself if there was none before. */
    public static Throwable join(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }

    /** Throws it; wrapped if it is neither an exception nor an error. Does nothing without a failure. */
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
