package io.github.shutdown4j.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * The report of a shutdown, from the request to the end of the last phase.
 *
 * <pre>{@code
 * for (PhaseReport phase : report.phases()) {
 *     for (StepResult step : phase.steps()) {
 *         if (step.outcome() != Outcome.DONE) {
 *             alerts.send(phase.phase().label() + ": '" + step.name() + "' " + step.outcome().label());
 *         }
 *     }
 * }
 * }</pre>
 *
 * @param reason the reason of the shutdown
 * @param requestedAt the wall-clock time of the request; all durations are monotonic
 * @param elapsed the time from the request to the end of the last phase
 * @param exitCode the exit code of the shutdown: 0 if the reason is no failure and every step is {@link Outcome#DONE},
 *     else 1
 * @param exitDecidedElsewhere whether the JVM was already exiting before the shutdown ended, because of
 *     {@link System#exit} elsewhere or the end of {@code main}: that exit code, which the JVM does not disclose,
 *     applies instead of {@code exitCode}
 * @param phases all phases in order
 */
public record ShutdownReport(
        ShutdownReason reason,
        Instant requestedAt,
        Duration elapsed,
        int exitCode,
        boolean exitDecidedElsewhere,
        List<PhaseReport> phases) {

    public ShutdownReport {
        Checks.notNull("reason", reason);
        Checks.notNull("requestedAt", requestedAt);
        Checks.notNegative("elapsed", elapsed);
        phases = Checks.listOf("phases", phases);
    }

    /** Creates a report; the exit is decided elsewhere if the reason says so. */
    public ShutdownReport(
            ShutdownReason reason, Instant requestedAt, Duration elapsed, int exitCode, List<PhaseReport> phases) {
        this(reason, requestedAt, elapsed, exitCode, reason instanceof ShutdownReason.JvmExiting, phases);
    }

    /** Creates a report with the exit code that follows from its reason and phases. */
    public static ShutdownReport of(
            ShutdownReason reason,
            Instant requestedAt,
            Duration elapsed,
            boolean exitDecidedElsewhere,
            List<PhaseReport> phases) {
        Checks.notNull("reason", reason);
        boolean failed = reason.isFailure() || worst(Checks.eachNotNull("phases", phases)) != Outcome.DONE;
        int code = failed ? 1 : 0;
        return new ShutdownReport(reason, requestedAt, elapsed, code, exitDecidedElsewhere, phases);
    }

    /** Returns the exit code of the process; empty if it was {@linkplain #exitDecidedElsewhere decided elsewhere}. */
    public OptionalInt processExitCode() {
        return exitDecidedElsewhere ? OptionalInt.empty() : OptionalInt.of(exitCode);
    }

    /**
     * Returns the exit code as written in logs: {@code exit code 0}, or {@code exit code unchanged} if it was
     * {@linkplain #exitDecidedElsewhere decided elsewhere}.
     */
    public String exitCodeText() {
        return exitDecidedElsewhere ? "exit code unchanged" : "exit code " + exitCode;
    }

    /** Returns the worst outcome of all steps. */
    public Outcome outcome() {
        return worst(phases);
    }

    private static Outcome worst(List<PhaseReport> phases) {
        Outcome worst = Outcome.DONE;
        for (PhaseReport phase : phases) {
            worst = worst.worseOf(phase.outcome());
        }
        return worst;
    }

    /** Returns whether every step of every phase is {@link Outcome#DONE}. */
    public boolean isClean() {
        return outcome() == Outcome.DONE;
    }

    /** Returns a text table for logs, with one line for each phase and step and platform line separators. */
    public String toText() {
        return ReportText.of(this);
    }

    /** Returns the timeline of this report, as text, JSON, SVG or HTML. */
    public ShutdownTimeline timeline() {
        return ShutdownTimeline.of(this);
    }

    /** Returns a JSON object; durations are milliseconds, and {@code exitCode} is null if it was decided elsewhere. */
    public String toJson() {
        return ReportJson.of(this);
    }
}
