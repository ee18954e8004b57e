package io.github.shutdown4j.internal;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ConfigEntry.Scalar;
import io.github.shutdown4j.internal.ConfigEntry.Table;

/** Formats foreign values for messages: on one line and of limited length. */
public final class ValuePreview {

    private static final int MAX_LENGTH = 80;
    private static final Pattern PLAIN = Pattern.compile("[-+.A-Za-z0-9]+");

    private ValuePreview() {}

    /** Returns the value of an entry, shortened if long; text is quoted unless it needs no quotes. */
    public static String of(@Nullable Object value) {
        if (value instanceof Scalar scalar) {
            boolean plain = PLAIN.matcher(scalar.text()).matches();
            return plain ? cut(scalar.text()) : quoted(scalar.text());
        } else if (value instanceof Table || value instanceof Map) {
            return "a table";
        } else if (value instanceof Collection) {
            return "an array";
        }
        return value instanceof String text ? quoted(text) : cut(String.valueOf(value));
    }

    /** Returns the beginning of the text as by {@link #line}, with an ellipsis if it is shortened. */
    public static String cut(String text) {
        return line(text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text);
    }

    /** Returns the text with control characters escaped. */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                line.append(String.format("\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }

    private static String quoted(String text) {
        return '"' + cut(text) + '"';
    }
}
