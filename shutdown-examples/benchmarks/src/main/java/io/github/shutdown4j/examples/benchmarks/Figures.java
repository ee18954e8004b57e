package io.github.shutdown4j.examples.benchmarks;

import java.util.Locale;

/** Numbers for people: three significant digits. */
final class Figures {

    private Figures() {}

    static String of(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 || size < 0.0005 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
