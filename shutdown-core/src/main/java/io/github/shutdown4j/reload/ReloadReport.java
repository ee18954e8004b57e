package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;

/**
 * What became of a reload.
 *
 * @param by who asked for it
 * @param elapsed how long it took
 * @param steps one for each subscriber, in the order of subscription
 */
public record ReloadReport(String by, Duration elapsed, List<StepResult> steps) {

    public ReloadReport {
        Checks.notBlank("by", by);
        Checks.notNegative("elapsed", elapsed);
        steps = List.copyOf(steps);
    }

    /** Whether every subscriber has taken it. */
    public boolean isSuccess() {
        return steps.stream().allMatch(step -> step.outcome() == Outcome.DONE);
    }
}
