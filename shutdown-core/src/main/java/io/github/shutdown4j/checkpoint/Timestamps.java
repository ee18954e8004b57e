package io.github.shutdown4j.checkpoint;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Points in time as text. */
final class Timestamps {

    private Timestamps() {}

    /** Returns the text of {@link Instant#toString} without loading the formatters of that method. */
    static String text(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
        boolean onTheMinute = utc.getSecond() == 0 && utc.getNano() == 0;
        return utc + (onTheMinute ? ":00Z" : "Z");
    }
}
