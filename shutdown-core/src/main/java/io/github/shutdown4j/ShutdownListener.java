package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Hears what a coordinator does. It can neither stop nor break it.
 *
 * <p>The calls arrive in the order of the events, one at a time, on a thread that belongs to this listener alone. A
 * listener that throws is logged and called again for the next event; one that blocks misses nothing but delays only
 * itself. Before the process exits, the coordinator waits for a listener to take its last event, but no longer than one
 * second.
 */
public interface ShutdownListener {

    /**
     * The start waits for services; called with the first of them, and again whenever they have become others, until all
     * are ready. Never called after {@link #onReady} or {@link #onShutdown}.
     *
     * @param notReady the names of the services that are awaited, in the order of the group; not empty
     */
    default void onWaiting(List<String> notReady) {}

    /**
     * The run before this one ended abruptly or was forced to end, as a checkpoint has found; called at most once, just
     * before {@link #onReady}.
     */
    default void onLastRun(LastRun lastRun) {}

    /** All services are ready; called at most once, never after {@link #onShutdown}. */
    default void onReady() {}

    /** The shutdown has been requested; called once. */
    default void onShutdown(ShutdownReason reason) {}

    /** A phase begins and may take this long. */
    default void onPhase(ShutdownPhase phase, Duration budget) {}

    /**
     * Tells how it goes, every few seconds while a phase runs and whenever the count has changed; nothing of a phase
     * once the next has begun.
     *
     * @param unfinished how many guards, services, resources or saves the phase still waits for
     * @param left what is left of the budget of the phase
     */
    default void onProgress(ShutdownPhase phase, long unfinished, Duration left) {}

    /** A step has ended, well or badly. */
    default void onStep(ShutdownPhase phase, StepResult step) {}

    /** A reload begins. */
    default void onReloadStarted(String by) {}

    /** A subscriber of the reload has been called, well or badly; the next one follows. */
    default void onReloadStep(StepResult step) {}

    /** A reload has ended; each subscriber has a step in the report. */
    default void onReloadFinished(ReloadReport report) {}

    /** All phases are over; called once, last. */
    default void onFinished(ShutdownReport report) {}
}
