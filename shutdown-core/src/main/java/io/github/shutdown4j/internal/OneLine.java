package io.github.shutdown4j.internal;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Text of foreign code, made safe for a single line of a log or report. */
public final class OneLine {

    /** Line breaks as defined by Unicode, with the surrounding spaces. */
    private static final Pattern BREAKS = Pattern.compile("\\s*(?:[\\n\\r\\x0B\\f\\x{85}\\x{2028}\\x{2029}]\\s*)+");

    /** Control characters, marks that change the text direction, and unpaired surrogates. */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\p{Cs}\\x{61C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

    private OneLine() {}

    /** Returns the text without line breaks; empty for null. */
    public static String of(@Nullable String text) {
        return text == null ? "" : text.strip().replace("\r", "").replace('\n', ' ');
    }

    /** Returns the text of the failure, or its class name if {@code toString} throws. Never throws. */
    public static String of(Throwable failure) {
        return of(Failures.text(failure));
    }

    /** Appends a line break and the line, without trailing blanks. */
    public static void append(StringBuilder text, String line) {
        text.append(System.lineSeparator()).append(line.stripTrailing());
    }

    /**
     * Returns the text as it may be written to a log or a terminal even if it comes from an untrusted source: on one
     * line, without characters that move the cursor, change colours or change the text direction.
     */
    public static String plain(String text) {
        String line = BREAKS.matcher(text.strip()).replaceAll(" ");
        return UNPRINTABLE.matcher(line.replace('\t', ' ')).replaceAll("?");
    }
}
