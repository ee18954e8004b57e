package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.OneLine;

/**
 * What became of one step of a shutdown: one tracker drained, one service stopped, one resource released, one state
 * saved.
 *
 * @param name the service, tracker, resource or store
 * @param outcome how it ended
 * @param startedAfter when it began, counted from the beginning of its phase
 * @param elapsed how long it took; zero for a skipped step
 * @param detail what a person wants to know beside that, one line; may be empty
 * @param failure what it threw, whether it failed by that or was out of time anyway; further failures are suppressed in it
 * @param unfinished what was still going on when its time was up, of very many only some; empty unless it timed out
 * @param unfinishedCount how many that were in all, also those of which nothing but their number is known
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
        unfinished = List.copyOf(unfinished);
        if (unfinishedCount < unfinished.size()) {
            throw new IllegalArgumentException("unfinishedCount must be at least " + unfinished.size()
                    + ", the size of the list, but is " + unfinishedCount);
        }
    }

    /** A step that did all it had to do. */
    public static StepResult done(String name, Duration startedAfter, Duration elapsed, String detail) {
        return new StepResult(name, Outcome.DONE, startedAfter, elapsed, detail, Optional.empty(), List.of(), 0);
    }

    /** A step that got no turn, and why. */
    public static StepResult skipped(String name, Duration startedAfter, String why) {
        return new StepResult(name, Outcome.SKIPPED, startedAfter, Duration.ZERO, why, Optional.empty(), List.of(), 0);
    }

    /** A step that was still at work when its time was up. */
    public static StepResult timedOut(
            String name, Duration startedAfter, Duration elapsed, String detail, List<UnfinishedWork> unfinished) {
        return timedOut(name, startedAfter, elapsed, detail, unfinished, unfinished.size());
    }

    /**
     * A step that was still at work when its time was up, with more unfinished work than is listed.
     *
     * @param unfinishedCount how many were unfinished in all, at least the size of the list
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

    /** A step that threw; the detail is the failure's own text. */
    public static StepResult failed(String name, Duration startedAfter, Duration elapsed, Throwable failure) {
        return new StepResult(
                name, Outcome.FAILED, startedAfter, elapsed, OneLine.of(failure), Optional.of(failure), List.of(), 0);
    }
}
