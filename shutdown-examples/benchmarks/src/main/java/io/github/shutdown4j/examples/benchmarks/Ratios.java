package io.github.shutdown4j.examples.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** Times of two kinds of work that took turns, and how they compare. */
final class Ratios {

    /** The times of one kind of work. */
    static final class Times {

        private final long[] nanos;
        private int count;

        Times(int most) {
            nanos = new long[most];
        }

        void add(long elapsed) {
            nanos[count++] = elapsed;
        }

        /** The time that the given share of the runs stayed below. */
        double quantile(double share) {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return sorted[(int) Math.min(count - 1L, Math.round(share * count))];
        }
    }

    private Ratios() {}

    /** Tells the ratio of the medians, with that of the quarters as its spread. */
    static String text(Times floor, Times ours) {
        return String.format(
                Locale.ROOT,
                "%.2f (quarters %.2f and %.2f), floor %.3f ms",
                ours.quantile(0.5) / floor.quantile(0.5),
                ours.quantile(0.25) / floor.quantile(0.25),
                ours.quantile(0.75) / floor.quantile(0.75),
                floor.quantile(0.5) / 1e6);
    }
}
