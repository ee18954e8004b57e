package io.github.shutdown4j.systemd;

/** Removes control characters from a status, which "systemctl status" prints to a terminal unchanged. */
final class StatusLine {

    private StatusLine() {}

    /** Replaces control characters, and those that change the text direction, by spaces. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                printable.setCharAt(i, ' ');
            }
        }
        return printable.toString();
    }

    private static boolean isControl(char c) {
        return Character.isISOControl(c)
                || (c >= 0x2028 && c <= 0x202E) // line and paragraph separators, embeddings and overrides
                || (c >= 0x2066 && c <= 0x2069) // isolates
                || c == 0x200E
                || c == 0x200F
                || c == 0x061C;
    }
}
