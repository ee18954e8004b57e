package io.github.shutdown4j.internal;

import org.jspecify.annotations.Nullable;

/**
 * Combines several failures: the first is thrown, the others are suppressed in it. Reads the texts of failures of foreign
 * code, whose methods may throw as well.
 */
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

    /** Returns the text of the failure, or its class name if {@code toString} throws or returns null. Never throws. */
    public static String text(Throwable failure) {
        try {
            String text = failure.toString();
            return text == null ? failure.getClass().getName() : text;
        } catch (Throwable fromToString) {
            return failure.getClass().getName();
        }
    }

    /** Returns the message of the failure, or its text if there is none or {@code getMessage} throws. Never throws. */
    public static String message(Throwable failure) {
        try {
            String message = failure.getMessage();
            return message == null ? text(failure) : message;
        } catch (Throwable fromGetMessage) {
            return text(failure);
        }
    }

    /** Returns the first line of the {@link #message}; to those of Jackson, others about its sources are appended. */
    public static String firstLine(Throwable failure) {
        String message = message(failure);
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    /** Returns the cause of the failure; null if there is none, or {@code getCause} throws. Never throws. */
    public static @Nullable Throwable cause(Throwable failure) {
        try {
            return failure.getCause();
        } catch (Throwable fromGetCause) {
            return null;
        }
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
