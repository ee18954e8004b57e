package io.github.shutdown4j.reload;

import io.github.shutdown4j.report.StepResult;

/**
 * Receives the events of a {@link Reloader}, on the thread of the reload. The methods must return quickly; what they throw
 * is logged.
 */
public interface ReloadListener {

    /** A reload begins; no subscriber has been called yet. */
    default void onReloadStarted(String requestedBy) {}

    /** A subscriber has been called, and this is what became of it; not called for one that was skipped. */
    default void onReloadStep(StepResult step) {}

    /** All subscribers have been called; those who requested the reload have not got their answer yet. */
    default void onReloadFinished(ReloadReport report) {}
}
