package io.github.shutdown4j.reload;

/**
 * Receives the events of a {@link Reloader}, on the thread of the reload. The methods must return quickly; what they throw
 * is logged.
 */
public interface ReloadListener {

    /** A reload begins; no subscriber has been called yet. */
    default void onReloadStarted(String requestedBy) {}

    /** All subscribers have been called; those who requested the reload have not got their answer yet. */
    default void onReloadFinished(ReloadReport report) {}
}
