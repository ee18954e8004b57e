package io.github.shutdown4j.report;

import io.github.shutdown4j.internal.Checks;

/**
 * A report drawn over time: when each phase and step began, counted from the request, and how long it took.
 *
 * <pre>{@code
 * var coordinator = ShutdownCoordinator.builder()
 *         .onFinished(report -> System.out.println(report.timeline().toText()))
 *         .listener(ReportFile.at(Path.of("shutdown-%t.html")))
 *         .build();
 * }</pre>
 *
 * <p>The text and the pictures fold the uninteresting steps of a phase with many into one line; what did not go well and
 * what took longest is always shown. The JSON has all of them. Immutable.
 */
public final class ShutdownTimeline {

    private final ShutdownReport report;

    private ShutdownTimeline(ShutdownReport report) {
        this.report = report;
    }

    /** The timeline of a report, as {@link ShutdownReport#timeline()}. */
    public static ShutdownTimeline of(ShutdownReport report) {
        return new ShutdownTimeline(Checks.notNull("report", report));
    }

    /**
     * As a chart that reads well in a log: one line for each phase and step, at most 100 columns, characters of ASCII
     * except in names; lines end as the platform has it. Names that are too long are cut.
     */
    public String toText() {
        return new TimelineText(report).draw();
    }

    /** As one JSON object with a flat list of phases and their steps; times are milliseconds since the request. */
    public String toJson() {
        return TimelineJson.of(report);
    }

    /** As an SVG document that needs nothing else, light or dark as the viewer prefers. */
    public String toSvg() {
        return new TimelineSvg(report).draw();
    }

    /**
     * As an HTML page that needs nothing else: the picture, and what is to be said of each step that did not go well. It
     * has no script and loads nothing.
     */
    public String toHtml() {
        return TimelineHtml.of(report);
    }
}
