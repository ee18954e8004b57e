package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.Locale;

/** Durations as people read them: "250 us", "12 ms", "1.5 s", "12 min 5 s". */
public final class Durations {

    private Durations() {}

    public static String text(Duration duration) {
        if (duration.isNegative()) {
            return "-" + text(duration.negated());
        }
        if (duration.toSeconds() >= 600) {
            long minutes = duration.toMinutes();
            int seconds = duration.toSecondsPart();
            return minutes + " min" + (seconds == 0 ? "" : " " + seconds + " s");
        }
        long nanos = duration.toNanos();
        if (nanos >= 1_000_000_000L) {
            return decimal(nanos / 1e9) + " s";
        }
        if (nanos >= 1_000_000L) {
            return nanos / 1_000_000L + " ms";
        }
        return nanos == 0 ? "0 s" : nanos < 1_000L ? nanos + " ns" : nanos / 1_000L + " us";
    }

    private static String decimal(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
