package io.github.shutdown4j.internal;

/**
 * The number of terminal columns of a text: none for accents and other marks, two for East Asian characters and emoji.
 * Follows the East Asian Width of Unicode (annex 11); the result is never too small and rarely one too large.
 */
public final class DisplayWidth {

    /** First and last code points of the wide and full-width ranges; nearly wide blocks count as a whole. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23F3, 0x25FD, 0x25FE, 0x2614, 0x2615, 0x2630, 0x2637,
        0x2648, 0x2653, 0x267F, 0x267F, 0x268A, 0x2693, 0x26A1, 0x26CE, 0x26D4, 0x26FD, 0x2705, 0x270B, 0x2728, 0x2728,
        0x274C, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B55, 0x2E80, 0x303E, 0x3041, 0xA4CF,
        0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6B, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6,
        0x16FE0, 0x1B2FF, 0x1D300, 0x1D376, 0x1F004, 0x1F0CF, 0x1F18E, 0x1FAFF, 0x20000, 0x3FFFD
    };

    /** The variation selector that requests the emoji form of a narrow character. */
    private static final int AS_EMOJI = 0xFE0F;

    private DisplayWidth() {}

    public static int of(String text) {
        return text.codePoints().map(DisplayWidth::of).sum();
    }

    private static int of(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> c == AS_EMOJI ? 1 : 0;
            default -> isWide(c) ? 2 : 1;
        };
    }

    private static boolean isWide(int c) {
        for (int i = 0; i < WIDE.length; i += 2) {
            if (c <= WIDE[i + 1]) {
                return c >= WIDE[i];
            }
        }
        return false;
    }

    /** Returns the text, or its beginning followed by {@code end}, within {@code maxColumns} columns. */
    public static String cut(String text, int maxColumns, String end) {
        if (of(text) <= maxColumns) {
            return text;
        }
        int room = maxColumns - of(end);
        int at = 0;
        while (at < text.length() && of(text.codePointAt(at)) <= room) {
            room -= of(text.codePointAt(at));
            at += Character.charCount(text.codePointAt(at));
        }
        return text.substring(0, at) + end;
    }

    /** Returns the text padded with spaces to at least {@code minColumns} columns. */
    public static String padded(String text, int minColumns) {
        return text + " ".repeat(Math.max(0, minColumns - of(text)));
    }
}
