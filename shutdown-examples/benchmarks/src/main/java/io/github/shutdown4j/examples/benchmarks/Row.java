package io.github.shutdown4j.examples.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One line of the report.
 *
 * @param group rows of a group belong into one plot
 * @param subject who was measured
 * @param against with whom it took turns; empty for a plain figure
 * @param unit "x" for a ratio
 * @param median of all rounds
 * @param low the lower quartile
 * @param high the upper quartile
 * @param rounds how often it was measured
 * @param bar what must not be exceeded; NaN where nothing is demanded
 * @param note what a reader should know
 */
record Row(
        String part,
        String group,
        String subject,
        String against,
        String unit,
        double median,
        double low,
        double high,
        int rounds,
        double bar,
        String note) {

    /** The note of a server that did not let the request in flight be answered. */
    static final String CUT = "the request was cut";

    static Row of(String part, String group, String subject, String against, String unit, Sample sample) {
        return new Row(
                part,
                group,
                subject,
                against,
                unit,
                sample.median(),
                sample.quantile(0.25),
                sample.quantile(0.75),
                sample.values().length,
                Double.NaN,
                "");
    }

    /** Whether the other row is about the same figure. */
    boolean isOf(Row other) {
        return part.equals(other.part)
                && group.equals(other.group)
                && subject.equals(other.subject)
                && against.equals(other.against);
    }

    boolean hasBar() {
        return !Double.isNaN(bar);
    }

    Row bar(double most) {
        return new Row(part, group, subject, against, unit, median, low, high, rounds, most, note);
    }

    Row note(String text) {
        return new Row(part, group, subject, against, unit, median, low, high, rounds, bar, text);
    }

    @JsonProperty
    String verdict() {
        if (Double.isNaN(bar)) {
            return "";
        }
        return median <= bar
                ? "reached"
                : "missed by " + Figures.of(median - bar) + (unit.equals("x") ? "" : " " + unit);
    }
}
