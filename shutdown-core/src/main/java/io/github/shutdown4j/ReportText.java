package io.github.shutdown4j;

import java.util.Locale;

import io.github.shutdown4j.internal.Columns;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;

/** Writes a report as people read it in a log. */
final class ReportText {

    private ReportText() {}

    static String of(Outcome outcome) {
        return switch (outcome) {
            case DONE -> "done";
            case SKIPPED -> "skipped";
            case TIMED_OUT -> "timed out";
            case FAILED -> "failed";
        };
    }

    static String of(ShutdownReport report) {
        StringBuilder text = new StringBuilder();
        text.append("Shutdown report: ").append(OneLine.plain(report.reason().text()));
        text.append(", ").append(summary(report));
        for (PhaseReport phase : report.phases()) {
            String budget = phase.budget().isZero() ? "" : "of " + Durations.text(phase.budget());
            row(text, phase.phase().label(), "", of(phase.outcome()), Durations.text(phase.elapsed()), budget);
            for (StepResult step : phase.steps()) {
                row(
                        text,
                        "",
                        step.name(),
                        of(step.outcome()),
                        Durations.text(step.elapsed()),
                        OneLine.plain(step.detail()));
                step.unfinished().forEach(work -> line(text, "      unfinished: " + work.text()));
                long rest = step.unfinishedCount() - step.unfinished().size();
                if (rest > 0 && !step.unfinished().isEmpty()) { // of none, the detail says how many
                    line(text, "      unfinished: and " + rest + " more");
                }
            }
        }
        return text.toString();
    }

    /** When, how, after how long, and with which code. */
    static String summary(ShutdownReport report) {
        String how = report.isClean() ? "clean" : of(report.outcome());
        return "at " + report.requestedAt() + ", " + how + " after " + Durations.text(report.elapsed()) + ", "
                + exitCode(report);
    }

    /** Once somebody else has called exit, the code is theirs, whatever comes of the shutdown. */
    static String exitCode(ShutdownReport report) {
        return report.exitDecidedElsewhere() ? "the exit code stays" : "exit code " + report.exitCode();
    }

    private static void row(
            StringBuilder text, String phase, String step, String outcome, String elapsed, String detail) {
        line(
                text,
                String.format(
                                Locale.ROOT,
                                "  %-12s %s %-10s %10s  %s",
                                phase,
                                Columns.padded(OneLine.plain(step), 24),
                                outcome,
                                elapsed,
                                detail)
                        .stripTrailing());
    }

    private static void line(StringBuilder text, String line) {
        text.append(System.lineSeparator()).append(line);
    }
}
