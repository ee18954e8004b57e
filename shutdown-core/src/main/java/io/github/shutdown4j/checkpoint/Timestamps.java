package io.github.shutdown4j.checkpoint;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Points in time as text, without the formatters of {@link Instant}, which take milliseconds at their first use. */
final class Timestamps {

    private static final String USUAL = "0000-00-00T00:00:00.000Z";
    private static final int NANOS_PER_MILLI = 1_000_000;

    private Timestamps() {}

    /** Returns the text of {@link Instant#toString}. */
    static String text(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
        boolean onTheMinute = utc.getSecond() == 0 && utc.getNano() == 0;
        return utc + (onTheMinute ? ":00Z" : "Z");
    }

    /**
     * Returns the result of {@link Instant#parse}.
     *
     * @throws DateTimeException if {@code text} is no point in time
     */
    static Instant parse(String text) {
        if (!isUsual(text)) {
            return Instant.parse(text);
        }
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        number(text, 17, 19),
                        number(text, 20, 23) * NANOS_PER_MILLI)
                .toInstant(ZoneOffset.UTC);
    }

    /** Whether the text has the form of nearly all that are written, to the millisecond. Others are parsed by the JDK. */
    private static boolean isUsual(String text) {
        if (text.length() != USUAL.length() || text.startsWith("24", 11) || text.startsWith("60", 17)) {
            return false; // or it is an hour or second that only the JDK accepts
        }
        for (int i = 0; i < USUAL.length(); i++) {
            char found = text.charAt(i);
            char usual = USUAL.charAt(i);
            if (usual == '0' ? found < '0' || found > '9' : found != usual) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
