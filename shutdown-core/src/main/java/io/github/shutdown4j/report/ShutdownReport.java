package io.github.shutdown4j.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * What happened between the request and the end.
 *
 * @param reason why it began
 * @param requestedAt when, on the wall clock, for people; all durations are monotonic
 * @param elapsed from the request to the end of the last phase
 * @param exitCode what the shutdown itself comes to: 0 if the reason is no failure and every step is {@link Outcome#DONE},
 *     else 1
 * @param exitDecidedElsewhere whether the JVM was exiting before the shutdown was over, because of {@link System#exit}
 *     elsewhere or the end of {@code main}: then the code given there, which the JVM tells nobody, stays, and not
 *     {@code exitCode}
 * @param phases all phases, in order
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
        phases = List.copyOf(phases);
    }

    /** The exit is decided elsewhere if that is the reason. */
    public ShutdownReport(
            ShutdownReason reason, Instant requestedAt, Duration elapsed, int exitCode, List<PhaseReport> phases) {
        this(reason, requestedAt, elapsed, exitCode, reason instanceof ShutdownReason.JvmExiting, phases);
    }

    /** A report whose exit code follows from its reason and its phases: 0 if all is well, else 1. */
    public static ShutdownReport of(
            ShutdownReason reason,
            Instant requestedAt,
            Duration elapsed,
            boolean exitDecidedElsewhere,
            List<PhaseReport> phases) {
        int code = worst(phases) == Outcome.DONE && !reason.isFailure() ? 0 : 1;
        return new ShutdownReport(reason, requestedAt, elapsed, code, exitDecidedElsewhere, phases);
    }

    /** The code with which the process ends; empty if that was {@linkplain #exitDecidedElsewhere decided elsewhere}. */
    public OptionalInt processExitCode() {
        return exitDecidedElsewhere ? OptionalInt.empty() : OptionalInt.of(exitCode);
    }

    /**
     * The exit code as logs write it: {@code exit code 0}, or {@code the exit code stays} where it was {@linkplain
     * #exitDecidedElsewhere decided elsewhere}.
     */
    public String exitCodeText() {
        return exitDecidedElsewhere ? "the exit code stays" : "exit code " + exitCode;
    }

    /** The worst outcome of all steps. */
    public Outcome outcome() {
        return worst(phases);
    }

    private static Outcome worst(List<PhaseReport> phases) {
        Outcome worst = Outcome.DONE;
        for (PhaseReport phase : phases) {
            worst = worst.and(phase.outcome());
        }
        return worst;
    }

    /** Whether every step of every phase is {@link Outcome#DONE}. */
    public boolean isClean() {
        return outcome() == Outcome.DONE;
    }

    /** As a table that reads well in a log, one line for each phase and step; lines end as the platform has it. */
    public String toText() {
        return ReportText.of(this);
    }

    /** Drawn over time, as text, JSON, SVG or HTML. */
    public ShutdownTimeline timeline() {
        return ShutdownTimeline.of(this);
    }

    /** As one JSON object; durations are milliseconds, and {@code exitCode} is null if it was decided elsewhere. */
    public String toJson() {
        return ReportJson.of(this);
    }
}
