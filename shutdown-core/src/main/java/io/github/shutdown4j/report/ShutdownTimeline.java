package io.github.shutdown4j.report;

import io.github.shutdown4j.internal.Checks;

/**
 * A report as a timeline: the start of each phase and step relative to the request, and its duration.
 *
 * <pre>{@code
 * var coordinator = ShutdownCoordinator.builder()
 *         .onFinished(report -> System.out.println(report.timeline().toText()))
 *         .listener(ReportFile.at(Path.of("shutdown-%t.html")))
 *         .build();
 * }</pre>
 *
 * <p>The text and the pictures combine uneventful steps of a large phase into one line; failed and long steps are always
 * shown. The JSON contains all steps. Immutable.
 */
public final class ShutdownTimeline {

    private final ShutdownReport report;

    private ShutdownTimeline(ShutdownReport report) {
        this.report = report;
    }

    /** Returns the timeline of a report, as {@link ShutdownReport#timeline()}. */
    public static ShutdownTimeline of(ShutdownReport report) {
        return new ShutdownTimeline(Checks.notNull("report", report));
    }

    /**
     * Returns a text chart for logs: one line for each phase and step, at most 100 columns, ASCII except in names, with
     * platform line separators. Long names are shortened.
     */
    public String toText() {
        return new TimelineText(report).draw();
    }

    /** Returns a JSON object with a flat list of phases and steps; times are milliseconds since the request. */
    public String toJson() {
        return TimelineJson.of(report);
    }

    /** Returns a self-contained SVG document that follows the light or dark preference of the viewer. */
    public String toSvg() {
        return new TimelineSvg(report).draw();
    }

    /**
     * Returns a self-contained HTML page: the chart, and the details of each step that was not {@link Outcome#DONE}. It
     * has no script and loads nothing.
     */
    public String toHtml() {
        return TimelineHtml.of(report);
    }
}
