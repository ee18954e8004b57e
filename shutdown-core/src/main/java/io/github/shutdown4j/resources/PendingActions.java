package io.github.shutdown4j.resources;

import java.util.List;

import io.github.shutdown4j.report.StepResult;

/**
 * The actions that the supervisor of a release has to take.
 *
 * @param ended the results to report
 * @param due the tasks to interrupt or abandon
 * @param possibleExiters the tasks to check for calls of System.exit
 * @param wanted the number of workers to start
 */
record PendingActions(
        List<StepResult> ended, List<ReleaseTask> due, List<ReleaseTask> possibleExiters, int wanted, long now) {
    boolean isEmpty() {
        return ended.isEmpty() && due.isEmpty() && possibleExiters.isEmpty() && wanted == 0;
    }
}
