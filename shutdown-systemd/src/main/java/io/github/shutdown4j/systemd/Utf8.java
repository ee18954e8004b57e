package io.github.shutdown4j.systemd;

import java.nio.charset.StandardCharsets;

/** Truncates text to a number of bytes, between two characters. */
final class Utf8 {

    private Utf8() {}

    /** Returns the longest prefix with at most this many bytes, with an ellipsis if the text was truncated. */
    static String cut(String text, int maxBytes) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
            return text;
        }
        String ellipsis = maxBytes < 3 ? "" : "\u2026";
        int room = maxBytes - ellipsis.getBytes(StandardCharsets.UTF_8).length;
        int end = 0;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            room -= utf8Bytes(codePoint);
            if (room < 0) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return text.substring(0, end) + ellipsis;
    }

    private static int utf8Bytes(int codePoint) {
        boolean lone = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        if (codePoint < 0x80 || lone) {
            return 1; // an unpaired surrogate is encoded as '?'
        }
        return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
