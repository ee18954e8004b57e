package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.github.shutdown4j.internal.DisplayWidth;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.report.TimelineSpan.Kind;

/**
 * Draws a timeline as SVG. Everything essential is in attributes, because pages that forbid inline styles, as on some
 * build servers, ignore the style element; the style adds dark colours and refinements.
 */
final class TimelineSvg {

    private static final int WIDTH = 1_080;
    /** The names are to the left of the bars; to the right is room for the times. */
    private static final int LEFT = 260;

    private static final int RIGHT = 170;
    private static final int TOP = 64;
    private static final int ROW = 22;
    private static final int MAX_NAME = 32;
    private static final int MAX_TITLE = 110;
    private static final int MAX_STEPS = 200;

    private static final String INK = "#1f2328";
    private static final String FAINT = "#59636e";
    private static final String PAPER = "#ffffff";

    /** Plain colours without variables, because not every viewer is a browser. */
    private static final String STYLE = """
            .timeline { font-family: system-ui, sans-serif; }
            .timeline .label { stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
            .timeline .FOLDED { opacity: 0.5; }
            @media (prefers-color-scheme: dark) {
              .timeline .paper { fill: #0d1117; }
              .timeline text { fill: #e6edf3; }
              .timeline .faint { fill: #9198a1; }
              .timeline .label { stroke: #0d1117; }
              .timeline line { stroke: #30363d; }
              .timeline .PHASE { fill: #6e7681; }
              .timeline .DONE { fill: #3fb68b; }
              .timeline .TIMED_OUT { fill: #e3993f; }
              .timeline .FAILED { fill: #ff7b72; }
              .timeline .SKIPPED { fill: #bc8cff; }
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
                .flatMap(phase -> TimelineSpan.folded(phase, MAX_STEPS).stream())
                .toList();
        scale = TimelineScale.of(TimelineSpan.length(report), 8);
        height = TOP + 24 + spans.size() * ROW + 16;
    }

    String draw() {
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"timeline\" role=\"img\" width=\"%d\" height=\"%d\""
                        + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">",
                WIDTH, height, WIDTH, height);
        line("<title>%s</title>", XmlEscaper.text(title(report)));
        line("<desc>%s</desc>", XmlEscaper.text(description()));
        svg.append("<style>\n").append(STYLE).append("</style>\n");
        line("<clipPath id=\"shutdown4j-names\"><rect width=\"%d\" height=\"1000000\"/></clipPath>", LEFT - 6);
        line("<rect class=\"paper\" fill=\"%s\" width=\"%d\" height=\"%d\"/>", PAPER, WIDTH, height);
        text(16, 26, "title", INK, " font-size=\"16\" font-weight=\"600\"", cut(title(report), MAX_TITLE));
        text(16, 46, "faint", FAINT, "", summary(report));
        axis();
        int y = TOP + 24;
        for (TimelineSpan span : spans) {
            row(span, y);
            y += ROW;
        }
        line("</svg>");
        return svg.toString();
    }

    static String title(ShutdownReport report) {
        return "Shutdown: " + OneLine.plain(report.reason().text());
    }

    static String summary(ShutdownReport report) {
        return "requested " + ReportText.summary(report);
    }

    /** The text alternative for screen readers. */
    private String description() {
        return spans.stream()
                .filter(span -> span.kind() == Kind.PHASE || span.outcome() != Outcome.DONE)
                .map(TimelineSvg::tip)
                .collect(Collectors.joining("; ", "A bar for each phase and step; " + summary(report) + ". ", "."));
    }

    private void axis() {
        for (Duration tick : scale.ticks()) {
            double x = x(tick);
            line(
                    "<line stroke=\"#d8dee4\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/>",
                    number(x), TOP + 18, number(x), height - 10);
            text(x, TOP + 12, "faint", FAINT, " text-anchor=\"middle\"", Durations.text(tick));
        }
    }

    private void row(TimelineSpan span, int y) {
        boolean phase = span.kind() == Kind.PHASE;
        double from = x(span.start());
        double width = Math.max(2, x(span.end()) - from);
        int bar = phase ? 6 : 12;
        svg.append("<g>");
        svg.append("<title>").append(XmlEscaper.text(tip(span))).append("</title>\n");
        String clipped = " clip-path=\"url(#shutdown4j-names)\"" + (phase ? " font-weight=\"600\"" : "");
        text(phase ? 16 : 30, y + 15, "name", INK, clipped, cut(OneLine.plain(span.name()), MAX_NAME));
        String kind = phase ? "PHASE" : span.outcome().name();
        String folded = span.kind() == Kind.FOLDED ? " FOLDED" : "";
        line(
                "<rect class=\"%s\" fill=\"%s\" x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"2\"/>",
                kind + folded,
                phase ? "#8c959f" : colour(span.outcome()),
                number(from),
                y + (ROW - bar) / 2,
                number(width),
                bar);
        String outcome = span.outcome() == Outcome.DONE || phase
                ? ""
                : ", " + span.outcome().label();
        text(from + width + 6, y + 15, "faint label", FAINT, "", Durations.text(span.elapsed()) + outcome);
        svg.append("</g>\n");
    }

    private static String colour(Outcome outcome) {
        return switch (outcome) {
            case DONE -> "#1a7f5a";
            case TIMED_OUT -> "#b35900";
            case FAILED -> "#cf222e";
            case SKIPPED -> "#8250df";
        };
    }

    /** The tooltip of a row. */
    private static String tip(TimelineSpan span) {
        String detail = span.step()
                .map(StepResult::detail)
                .filter(text -> !text.isEmpty())
                .map(text -> ": " + OneLine.plain(text))
                .orElse("");
        return OneLine.plain(span.name()) + ": " + span.outcome().label() + ", began after "
                + Durations.text(span.start()) + ", took " + Durations.text(span.elapsed()) + detail;
    }

    private double x(Duration time) {
        return LEFT + scale.position(time) * (WIDTH - LEFT - RIGHT);
    }

    private void text(double x, int y, String style, String colour, String more, String text) {
        line(
                "<text class=\"%s\" fill=\"%s\" x=\"%s\" y=\"%d\"%s>%s</text>",
                style, colour, number(x), y, more, XmlEscaper.text(text));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String cut(String text, int most) {
        return DisplayWidth.cut(text, most, "\u2026");
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private void line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
