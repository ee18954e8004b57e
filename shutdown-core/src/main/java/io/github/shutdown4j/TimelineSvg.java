package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import io.github.shutdown4j.TimelineSpan.Kind;
import io.github.shutdown4j.internal.Durations;

/** Draws a report over time as a vector picture. */
final class TimelineSvg {

    private static final int WIDTH = 1_080;
    /** The names are to the left of the bars, room for the times to the right. */
    private static final int LEFT = 260;

    private static final int RIGHT = 150;
    private static final int TOP = 64;
    private static final int ROW = 22;
    private static final int LONGEST_NAME = 34;
    private static final int MOST_STEPS = 200;

    /** Plain colours, no variables: not every viewer is a browser. */
    private static final String STYLE = """
            .timeline { font: 13px system-ui, sans-serif; }
            .paper { fill: #ffffff; }
            .timeline text { fill: #1f2328; }
            .timeline .title { font-size: 16px; font-weight: 600; }
            .timeline .faint, .timeline .tick { fill: #59636e; }
            .timeline .phase-name { font-weight: 600; }
            .timeline line { stroke: #d8dee4; }
            .PHASE { fill: #8c959f; }
            .DONE { fill: #1a7f5a; }
            .TIMED_OUT { fill: #b35900; }
            .FAILED { fill: #cf222e; }
            .SKIPPED { fill: #8250df; }
            .FOLDED { opacity: 0.5; }
            @media (prefers-color-scheme: dark) {
              .paper { fill: #0d1117; }
              .timeline text { fill: #e6edf3; }
              .timeline .faint, .timeline .tick { fill: #9198a1; }
              .timeline line { stroke: #30363d; }
              .PHASE { fill: #6e7681; }
              .DONE { fill: #3fb68b; }
              .TIMED_OUT { fill: #e3993f; }
              .FAILED { fill: #ff7b72; }
              .SKIPPED { fill: #bc8cff; }
            }
            """;

    private final ShutdownReport report;
    private final List<TimelineSpan> spans;
    private final TimelineScale scale;
    private final int height;
    private final StringBuilder svg = new StringBuilder();

    TimelineSvg(ShutdownReport report) {
        this.report = report;
        spans = report.phases().stream()
                .flatMap(phase -> TimelineSpan.folded(phase, MOST_STEPS).stream())
                .toList();
        scale = TimelineScale.of(TimelineSpan.length(report), 8);
        height = TOP + 24 + spans.size() * ROW + 16;
    }

    String draw() {
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"timeline\" role=\"img\" width=\"%d\" height=\"%d\""
                        + " viewBox=\"0 0 %d %d\">",
                WIDTH, height, WIDTH, height);
        line("<title>Shutdown timeline</title>");
        svg.append("<style>\n").append(STYLE).append("</style>\n");
        line("<rect class=\"paper\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
        text(16, 26, "title", "", cut("Shutdown: " + report.reason().text(), 110));
        text(16, 46, "faint", "", summary(report));
        axis();
        int y = TOP + 24;
        for (TimelineSpan span : spans) {
            row(span, y);
            y += ROW;
        }
        line("</svg>");
        return svg.toString();
    }

    static String summary(ShutdownReport report) {
        return "requested at " + report.requestedAt() + ", "
                + (report.isClean() ? "clean" : ReportText.of(report.outcome())) + " after "
                + Durations.text(report.elapsed()) + ", " + ReportText.exitCode(report);
    }

    private void axis() {
        for (Duration tick : scale.ticks()) {
            double x = x(tick);
            line("<line x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/>", number(x), TOP + 18, number(x), height - 10);
            text(x, TOP + 12, "tick", " text-anchor=\"middle\"", Durations.text(tick));
        }
    }

    private void row(TimelineSpan span, int y) {
        boolean phase = span.kind() == Kind.PHASE;
        double from = x(span.start());
        double width = Math.max(2, x(span.end()) - from);
        int bar = phase ? 6 : 12;
        svg.append("<g>");
        svg.append("<title>").append(Markup.text(tip(span))).append("</title>\n");
        String name = cut(span.name(), LONGEST_NAME);
        text(phase ? 16 : 30, y + 15, phase ? "phase-name" : "step-name", "", name);
        String colour = phase ? "PHASE" : span.outcome().name();
        String folded = span.kind() == Kind.FOLDED ? " FOLDED" : "";
        line(
                "<rect class=\"%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"2\"/>",
                colour + folded, number(from), y + (ROW - bar) / 2, number(width), bar);
        String outcome = span.outcome() == Outcome.DONE || phase ? "" : ", " + ReportText.of(span.outcome());
        text(from + width + 6, y + 15, "faint", "", Durations.text(span.elapsed()) + outcome);
        svg.append("</g>\n");
    }

    /** What a pointer that rests on the row is shown. */
    private static String tip(TimelineSpan span) {
        String detail = span.step()
                .map(StepResult::detail)
                .filter(text -> !text.isEmpty())
                .map(text -> ": " + text)
                .orElse("");
        return span.name() + ": " + ReportText.of(span.outcome()) + ", began after " + Durations.text(span.start())
                + ", took " + Durations.text(span.elapsed()) + detail;
    }

    private double x(Duration time) {
        return LEFT + scale.position(time) * (WIDTH - LEFT - RIGHT);
    }

    private void text(double x, int y, String style, String more, String text) {
        line("<text class=\"%s\" x=\"%s\" y=\"%d\"%s>%s</text>", style, number(x), y, more, Markup.text(text));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "\u2026";
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private void line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
