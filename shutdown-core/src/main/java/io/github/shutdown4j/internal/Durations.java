package io.github.shutdown4j.internal;

import java.time.Duration;

/** Calculates with durations, and formats them for people: "250 us", "12 ms", "1.5 s", "12 min 5 s". */
public final class Durations {

    /** About 146 years: no sum of two such times overflows. */
    private static final long FOREVER = Long.MAX_VALUE / 2;

    private static final long FOREVER_SECONDS = FOREVER / 1_000_000_000L;

    private Durations() {}

    public static String text(Duration duration) {
        if (duration.isNegative()) {
            return "-" + text(negated(duration));
        }
        if (duration.toSeconds() >= 600) {
            long minutes = duration.toMinutes();
            int seconds = duration.toSecondsPart();
            return minutes + " min" + (seconds == 0 ? "" : " " + seconds + " s");
        }
        long nanos = duration.toNanos();
        if (nanos >= 1_000_000_000L) {
            return seconds(nanos);
        }
        if (nanos >= 1_000_000L) {
            return nanos / 1_000_000L + " ms";
        }
        return nanos == 0 ? "0 s" : nanos < 1_000L ? nanos + " ns" : nanos / 1_000L + " us";
    }

    /** As {@link Duration#negated()}, which fails for the least duration; that is cut to the largest. */
    private static Duration negated(Duration negative) {
        boolean least = negative.toSeconds() == Long.MIN_VALUE;
        return least ? Duration.ofSeconds(Long.MAX_VALUE) : negative.negated();
    }

    /**
     * Divides like {@link Duration#dividedBy(long)}, to the nanosecond, without loading decimal arithmetic of the JDK.
     */
    public static Duration part(Duration whole, int divisor) {
        long seconds = whole.getSeconds() / divisor;
        long rest = whole.getSeconds() % divisor;
        return Duration.ofSeconds(seconds, (rest * 1_000_000_000L + whole.getNano()) / divisor);
    }

    /** As {@link Duration#multipliedBy(long)}, without that arithmetic; a product that is too large is cut to the largest. */
    public static Duration times(Duration one, int factor) {
        try {
            return Duration.ofSeconds(
                    Math.multiplyExact(one.getSeconds(), (long) factor), (long) one.getNano() * factor);
        } catch (ArithmeticException tooLarge) {
            return Duration.ofSeconds(Long.MAX_VALUE);
        }
    }

    /** Returns the nanoseconds, at most about 146 years, positive or negative. Allocates nothing. */
    public static long nanos(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= FOREVER_SECONDS) {
            return FOREVER;
        }
        return seconds < -FOREVER_SECONDS ? -FOREVER : duration.toNanos();
    }

    public static Duration least(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** Rounds to two decimals. Format strings are avoided because their first use loads locale data. */
    private static String seconds(long nanos) {
        long hundredths = (nanos + 5_000_000L) / 10_000_000L;
        long whole = hundredths / 100;
        long rest = hundredths % 100;
        if (rest == 0) {
            return whole + " s";
        }
        return rest % 10 == 0 ? whole + "." + rest / 10 + " s" : whole + (rest < 10 ? ".0" : ".") + rest + " s";
    }
}
