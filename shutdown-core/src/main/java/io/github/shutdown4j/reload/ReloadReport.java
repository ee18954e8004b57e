package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;

/**
 * The result of a reload.
 *
 * <pre>{@code
 * reloader.reload("POST /admin/reload").whenComplete((ReloadReport report, Throwable refused) -> {
 *     response.status(refused == null && report.isClean() ? 204 : 500);
 * });
 * }</pre>
 *
 * @param requestedBy who requested the reload
 * @param elapsed the duration of the reload
 * @param steps one step for each subscriber, in the order of subscription
 */
public record ReloadReport(String requestedBy, Duration elapsed, List<StepResult> steps) {

    public ReloadReport {
        Checks.notBlank("requestedBy", requestedBy);
        Checks.notNegative("elapsed", elapsed);
        steps = Checks.listOf("steps", steps);
    }

    /** Returns whether every subscriber succeeded. */
    public boolean isClean() {
        return steps.stream().allMatch(step -> step.outcome() == Outcome.DONE);
    }
}
