package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.internal.Checks;

/**
 * The report of one phase.
 *
 * <p>See the example of {@link ShutdownReport}.
 *
 * @param phase the phase
 * @param startedAfter the time from the request to the start of the phase
 * @param elapsed the duration of the phase
 * @param budget the time that the phase was allowed to take
 * @param steps the steps in the order of their start
 */
public record PhaseReport(
        ShutdownPhase phase, Duration startedAfter, Duration elapsed, Duration budget, List<StepResult> steps) {

    public PhaseReport {
        Checks.notNull("phase", phase);
        Checks.notNegative("startedAfter", startedAfter);
        Checks.notNegative("elapsed", elapsed);
        Checks.notNegative("budget", budget);
        steps = Checks.listOf("steps", steps);
    }

    /** Returns the worst outcome of its steps; {@link Outcome#DONE} without steps. */
    public Outcome outcome() {
        Outcome worst = Outcome.DONE;
        for (StepResult step : steps) {
            worst = worst.worseOf(step.outcome());
        }
        return worst;
    }
}
