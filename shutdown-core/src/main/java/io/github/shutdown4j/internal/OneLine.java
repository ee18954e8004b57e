package io.github.shutdown4j.internal;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** What foreign code says of itself, on one line of a log or a report. */
public final class OneLine {

    /** Line breaks as Unicode has them, with the spaces around them. */
    private static final Pattern BREAKS = Pattern.compile("\\s*(?:[\\n\\r\\x0B\\f\\x{85}\\x{2028}\\x{2029}]\\s*)+");

    /** Controls, marks that turn the direction of reading, and halves of characters. */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\p{Cs}\\x{61C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

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

    /**
     * The text as it can stand in a log or a terminal whoever has written it: on one line, and without what moves the
     * cursor, changes colours or turns the direction of reading.
     */
    public static String plain(String text) {
        String line = BREAKS.matcher(text.strip()).replaceAll(" ");
        return UNPRINTABLE.matcher(line.replace('\t', ' ')).replaceAll("?");
    }
}
