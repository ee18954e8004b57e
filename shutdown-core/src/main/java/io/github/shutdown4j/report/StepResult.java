package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.OneLine;

/**
 * The result of one step of a shutdown: a tracker drained, a service stopped, a resource closed or a state saved.
 *
 * <p>See the example of {@link ShutdownReport}.
 *
 * @param name the name of the service, tracker, resource or store
 * @param outcome the outcome
 * @param startedAfter the time from the start of the phase to the start of the step
 * @param elapsed the duration; zero for a skipped step
 * @param detail additional information on one line; may be empty
 * @param failure the exception, if any, also of a step that timed out; further exceptions are suppressed in it
 * @param unfinished the work that was unfinished at the limit, possibly not all of it; empty unless the step timed out
 * @param unfinishedCount the total number of unfinished work, including work that is only counted
 */
public record StepResult(
        String name,
        Outcome outcome,
        Duration startedAfter,
        Duration elapsed,
        String detail,
        Optional<Throwable> failure,
        List<UnfinishedWork> unfinished,
        long unfinishedCount) {

    public StepResult {
        Checks.notBlank("name", name);
        Checks.notNull("outcome", outcome);
        Checks.notNegative("startedAfter", startedAfter);
        Checks.notNegative("elapsed", elapsed);
        Checks.notNull("detail", detail);
        Checks.notNull("failure", failure);
        unfinished = Checks.listOf("unfinished", unfinished);
        if (unfinishedCount < unfinished.size()) {
            throw new IllegalArgumentException("unfinishedCount must be at least " + unfinished.size()
                    + ", the size of the list, was " + unfinishedCount);
        }
    }

    /** Creates the result of a step that completed. */
    public static StepResult done(String name, Duration startedAfter, Duration elapsed, String detail) {
        return new StepResult(name, Outcome.DONE, startedAfter, elapsed, detail, Optional.empty(), List.of(), 0);
    }

    /** Creates the result of a step that was not run, with the cause. */
    public static StepResult skipped(String name, Duration startedAfter, String cause) {
        return new StepResult(
                name, Outcome.SKIPPED, startedAfter, Duration.ZERO, cause, Optional.empty(), List.of(), 0);
    }

    /** Creates the result of a step that exceeded its limit. */
    public static StepResult timedOut(
            String name, Duration startedAfter, Duration elapsed, String detail, List<UnfinishedWork> unfinished) {
        int count = Checks.notNull("unfinished", unfinished).size();
        return timedOut(name, startedAfter, elapsed, detail, unfinished, count);
    }

    /**
     * Creates the result of a step that exceeded its limit, with more unfinished work than is listed.
     *
     * @param unfinishedCount the total number, at least the size of the list
     */
    public static StepResult timedOut(
            String name,
            Duration startedAfter,
            Duration elapsed,
            String detail,
            List<UnfinishedWork> unfinished,
            long unfinishedCount) {
        return new StepResult(
                name, Outcome.TIMED_OUT, startedAfter, elapsed, detail, Optional.empty(), unfinished, unfinishedCount);
    }

    /** Creates the result of a step that threw; the detail is the text of the exception. */
    public static StepResult failed(String name, Duration startedAfter, Duration elapsed, Throwable failure) {
        Checks.notNull("failure", failure);
        return new StepResult(
                name, Outcome.FAILED, startedAfter, elapsed, OneLine.of(failure), Optional.of(failure), List.of(), 0);
    }
}
