package io.github.shutdown4j.reload;

import io.github.shutdown4j.report.StepResult;

/**
 * Receives the events of a {@link Reloader}, on the thread of the reload. The methods must return quickly; exceptions
 * are logged.
 *
 * <pre>{@code
 * reloader.addListener(new ReloadListener() {
 *     public void onReloadStep(StepResult step) {
 *         audit.record("reloaded " + step.name() + ": " + step.outcome().label());
 *     }
 * });
 * }</pre>
 */
public interface ReloadListener {

    /** Called before the first subscriber of a reload. */
    default void onReloadStarted(String requestedBy) {}

    /**
     * Called with the result of each subscriber, also of one that is skipped because its call by an earlier reload is still
     * running. Not called for subscribers that are skipped because a shutdown has begun.
     */
    default void onReloadStep(StepResult step) {}

    /**
     * Called after the last subscriber and before the stages of the reload are completed. After an internal error, whose
     * stages fail, the report has one failed step, {@code reload}.
     */
    default void onReloadFinished(ReloadReport report) {}
}
