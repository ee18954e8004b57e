package io.github.shutdown4j.reload;

import io.github.shutdown4j.report.StepResult;

/**
 * Receives the events of a {@link Reloader}, on the thread of the reload. The methods must return quickly; exceptions
 * are logged.
 */
public interface ReloadListener {

    /** Called before the first subscriber of a reload. */
    default void onReloadStarted(String requestedBy) {}

    /** Called after each subscriber, with its result; not called for subscribers that were skipped. */
    default void onReloadStep(StepResult step) {}

    /**
     * Called after the last subscriber and before the stages of the reload are completed. After an internal error, whose
     * stages fail, the report has one failed step, {@code reload}.
     */
    default void onReloadFinished(ReloadReport report) {}
}
