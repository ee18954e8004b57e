package io.github.shutdown4j.internal;

import org.jspecify.annotations.Nullable;

/**
 * Text of foreign code, made safe for a single line of a log or report. Without regular expressions, because every shutdown
 * passes here, and two patterns take a JVM longer than all the rest of a line.
 */
public final class OneLine {

    private OneLine() {}

    /** Returns the text as {@link #plain} does; empty for null. */
    public static String of(@Nullable String text) {
        return text == null ? "" : plain(text);
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
        String stripped = text.strip();
        StringBuilder line = new StringBuilder(stripped.length());
        int blanks = 0; // since the last character that is not blank
        boolean broken = false;
        for (int i = 0; i < stripped.length(); i += Character.charCount(stripped.codePointAt(i))) {
            int c = stripped.codePointAt(i);
            if (c == ' ' || c == '\t' || isBreak(c)) {
                blanks++;
                broken |= isBreak(c);
            } else {
                line.append(" ".repeat(broken ? 1 : blanks)).appendCodePoint(isPrintable(c) ? c : '?');
                blanks = 0;
                broken = false;
            }
        }
        return line.append(" ".repeat(broken ? 1 : blanks)).toString();
    }

    /** Like {@link #plain}, but keeps all blanks; a line break becomes one. Returns the argument if it is plain already. */
    public static String keepingBlanks(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            line.appendCodePoint(c == '\t' || isBreak(c) ? ' ' : isPrintable(c) ? c : '?');
        }
        return line.toString();
    }

    /** Line breaks as defined by Unicode. */
    private static boolean isBreak(int c) {
        return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    /** No control character, no unpaired surrogate, and no mark that changes the text direction. */
    private static boolean isPrintable(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.SURROGATE
                && c != 0x61C
                && c != 0x200E
                && c != 0x200F
                && !(c >= 0x202A && c <= 0x202E)
                && !(c >= 0x2066 && c <= 0x2069);
    }
}
