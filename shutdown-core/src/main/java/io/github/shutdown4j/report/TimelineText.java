package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.internal.DisplayWidth;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.report.TimelineSpan.Kind;

/** Draws a timeline with ASCII characters for a log. */
final class TimelineText {

    private static final int WIDTH = 100;
    private static final int MAX_NAME = 28;
    private static final int MIN_TIME = 10;
    private static final int OUTCOME = 9;
    private static final int MAX_STEPS = 12;

    private final ShutdownReport report;
    private final List<TimelineSpan> spans;
    private final boolean clean;
    private final int name;
    private final int time;
    private final int bars;
    private final TimelineScale scale;

    TimelineText(ShutdownReport report) {
        this.report = report;
        spans = report.phases().stream()
                .flatMap(phase -> TimelineSpan.folded(phase, MAX_STEPS).stream())
                .toList();
        clean = report.isClean();
        name = Math.min(
                MAX_NAME,
                spans.stream()
                        .mapToInt(span -> DisplayWidth.of(label(span)))
                        .max()
                        .orElse(0));
        time = spans.stream()
                .mapToInt(span -> Durations.text(span.elapsed()).length())
                .reduce(MIN_TIME, Math::max);
        bars = WIDTH - name - 1 - time - 1 - (clean ? 0 : OUTCOME + 1) - 2;
        scale = TimelineScale.of(TimelineSpan.length(report), bars / 12);
    }

    String draw() {
        StringBuilder text = new StringBuilder();
        text.append(cut("Shutdown timeline: " + OneLine.plain(report.reason().text()), WIDTH));
        OneLine.append(text, "  " + ReportText.summary(report));
        OneLine.append(text, " ".repeat(WIDTH - bars - 1) + axis());
        for (TimelineSpan span : spans) {
            String outcome =
                    span.outcome() == Outcome.DONE ? "" : span.outcome().label();
            OneLine.append(
                    text,
                    DisplayWidth.padded(cut(label(span), name), name) + " "
                            + right(Durations.text(span.elapsed()), time)
                            + " " + (clean ? "" : DisplayWidth.padded(outcome, OUTCOME) + " ") + "|"
                            + DisplayWidth.padded(bar(span), bars) + "|");
        }
        if (!clean) {
            OneLine.append(text, "~> timed out   #x failed   . skipped");
        }
        return text.toString();
    }

    private static String label(TimelineSpan span) {
        return (span.kind() == Kind.PHASE ? "" : "  ") + OneLine.plain(span.name());
    }

    private String bar(TimelineSpan span) {
        int from = Math.min(bars - 1, cell(span.start()));
        int to = Math.max(from + 1, cell(span.end()));
        int cells = to - from;
        return " ".repeat(from)
                + switch (span.kind()) {
                    case PHASE -> "-".repeat(cells);
                    case FOLDED -> ":".repeat(cells);
                    case STEP ->
                        switch (span.outcome()) {
                            case DONE -> "#".repeat(cells);
                            case SKIPPED -> ".";
                            case TIMED_OUT -> "~".repeat(cells - 1) + ">";
                            case FAILED -> "#".repeat(cells - 1) + "x";
                        };
                };
    }

    /** Rounds so that a span that starts at the end of another does not overlap with it. */
    private int cell(Duration time) {
        return (int) Math.round(scale.position(time) * bars);
    }

    /** The tick labels, each to the right of its mark; labels without room are omitted. */
    private String axis() {
        StringBuilder axis = new StringBuilder();
        for (Duration tick : scale.ticks()) {
            int at = cell(tick);
            String label = "'" + Durations.text(tick);
            if ((axis.isEmpty() || axis.length() < at) && at + label.length() <= bars + 1) {
                axis.append(" ".repeat(at - axis.length())).append(label);
            }
        }
        return axis.toString();
    }

    private static String cut(String text, int width) {
        return DisplayWidth.cut(text, width, "...");
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
