package io.github.shutdown4j.internal;

import org.jspecify.annotations.Nullable;

/** What foreign code says of itself, on one line of a log or a report. */
public final class OneLine {

    private OneLine() {}

    /** The text without its line breaks; empty for null. */
    public static String of(@Nullable String text) {
        return text == null ? "" : text.strip().replace("\r", "").replace('\n', ' ');
    }

    /** The failure's own text; the name of its class if that is all it can say. Never throws. */
    public static String of(Throwable failure) {
        try {
            return of(failure.toString());
        } catch (Throwable worse) {
            return failure.getClass().getName();
        }
    }
}
