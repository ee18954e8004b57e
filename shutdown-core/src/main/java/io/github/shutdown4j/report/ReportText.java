package io.github.shutdown4j.report;

import java.util.Locale;

import io.github.shutdown4j.internal.DisplayWidth;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;

/** Writes a report as text for a log. */
final class ReportText {

    private ReportText() {}

    static String of(ShutdownReport report) {
        StringBuilder text = new StringBuilder();
        text.append("Shutdown report: ").append(OneLine.plain(report.reason().text()));
        text.append(", ").append(summary(report));
        for (PhaseReport phase : report.phases()) {
            String budget = phase.budget().isZero() ? "" : "of " + Durations.text(phase.budget());
            row(text, phase.phase().label(), "", phase.outcome().label(), Durations.text(phase.elapsed()), budget);
            for (StepResult step : phase.steps()) {
                row(
                        text,
                        "",
                        step.name(),
                        step.outcome().label(),
                        Durations.text(step.elapsed()),
                        OneLine.plain(step.detail()));
                step.unfinished().forEach(work -> OneLine.append(text, "      unfinished: " + work.text()));
                long rest = step.unfinishedCount() - step.unfinished().size();
                if (rest > 0 && !step.unfinished().isEmpty()) { // without a list, the detail has the count
                    OneLine.append(text, "      unfinished: and " + rest + " more");
                }
            }
        }
        return text.toString();
    }

    /** The time of the request, the outcome, the duration and the exit code. */
    static String summary(ShutdownReport report) {
        String how = !report.isClean()
                ? report.outcome().label()
                : report.reason().isFailure() ? "orderly, because of a failure," : "clean";
        return "at " + report.requestedAt() + ", " + how + " after " + Durations.text(report.elapsed()) + ", "
                + report.exitCodeText();
    }

    private static void row(
            StringBuilder text, String phase, String step, String outcome, String elapsed, String detail) {
        OneLine.append(
                text,
                String.format(
                                Locale.ROOT,
                                "  %-12s %s %-10s %10s  %s",
                                phase,
                                DisplayWidth.padded(OneLine.plain(step), 24),
                                outcome,
                                elapsed,
                                detail)
                        .stripTrailing());
    }
}
