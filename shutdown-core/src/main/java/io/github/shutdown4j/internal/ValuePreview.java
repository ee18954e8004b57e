package io.github.shutdown4j.internal;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ConfigEntry.Scalar;
import io.github.shutdown4j.internal.ConfigEntry.Table;

/** What somebody else wrote, as messages show it: on one line, and a value not too long. */
public final class ValuePreview {

    private static final int LONGEST = 80;
    private static final Pattern PLAIN = Pattern.compile("[-+.A-Za-z0-9]+");

    private ValuePreview() {}

    /** The value of an entry, cut if long; text is quoted unless it is bare in its source and needs no quotes. */
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

    /** The beginning of the text as {@link #line}, with an ellipsis if that is not all. */
    public static String cut(String text) {
        return line(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }

    /** The text with control characters replaced. */
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
