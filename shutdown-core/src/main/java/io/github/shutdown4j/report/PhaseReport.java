package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.internal.Checks;

/**
 * What happened in one phase.
 *
 * @param phase which one
 * @param startedAfter when it began, counted from the request
 * @param elapsed how long it took
 * @param budget what it was allowed to take
 * @param steps its steps, in the order in which they began
 */
public record PhaseReport(
        ShutdownPhase phase, Duration startedAfter, Duration elapsed, Duration budget, List<StepResult> steps) {

    public PhaseReport {
        Checks.notNull("phase", phase);
        Checks.notNegative("startedAfter", startedAfter);
        Checks.notNegative("elapsed", elapsed);
        Checks.notNegative("budget", budget);
        steps = List.copyOf(steps);
    }

    /** The worst of its steps; {@link Outcome#DONE} if there were none. */
    public Outcome outcome() {
        Outcome worst = Outcome.DONE;
        for (StepResult step : steps) {
            worst = worst.and(step.outcome());
        }
        return worst;
    }
}
