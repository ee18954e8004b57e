package io.github.shutdown4j.examples.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One line of the report.
 *
 * @param group rows of a group belong into one plot
 * @param subject what was measured
 * @param against what it is compared with; empty for a plain figure
 * @param unit "x" for a ratio
 * @param median of all rounds
 * @param low the lower quartile
 * @param high the upper quartile
 * @param rounds the number of measurements
 * @param bar the target, which must not be exceeded; NaN if there is none
 * @param note a note for the reader
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

    /** The note of a server that did not answer the request in flight. */
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

    /** Whether the other row has the same figure. */
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
