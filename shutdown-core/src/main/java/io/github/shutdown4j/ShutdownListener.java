package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.reload.ReloadListener;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Receives the events of a coordinator. A listener cannot delay or break the shutdown.
 *
 * <p>Each listener has its own thread, on which it is called for one event at a time, in order. If it throws, the exception
 * is logged and the listener is called for the next event. If it blocks, its events are queued and nothing else is delayed.
 * Before the process exits, the coordinator waits at most one second for a listener to process its last event.
 *
 * <pre>{@code
 * final class Announcer implements ShutdownListener {
 *     public void onShutdown(ShutdownReason reason) {
 *         registry.deregister();
 *     }
 * }
 * }</pre>
 */
public interface ShutdownListener {

    /**
     * Called when the start waits for services, and again whenever the set of awaited services changes, until all are
     * ready. Never called after {@link #onReady} or {@link #onShutdown}.
     *
     * @param notReady the names of the awaited services, in the order of the group; not empty
     */
    default void onWaiting(List<String> notReady) {}

    /**
     * Called if a checkpoint has found that the previous run ended abruptly or was halted; at most once, just before
     * {@link #onReady}.
     */
    default void onLastRun(LastRun lastRun) {}

    /**
     * Called when all services are ready, also if the process was made {@linkplain ShutdownCoordinator#quiet quiet} before
     * and so does not become ready for work; at most once, and never after {@link #onShutdown}.
     */
    default void onReady() {}

    /** Called once, when a shutdown has been requested. */
    default void onShutdown(ShutdownReason reason) {}

    /** Called when a phase starts, with its time budget. */
    default void onPhaseStarted(ShutdownPhase phase, Duration budget) {}

    /**
     * Called while a phase runs: every {@link io.github.shutdown4j.config.ShutdownConfig#progressInterval()}, and within a
     * second if the number of unfinished items has changed. Never called for a phase after the next one has started.
     *
     * @param unfinished the number of guards, services, resources or saves that the phase still waits for
     * @param left the rest of the time budget of the phase
     */
    default void onProgress(ShutdownPhase phase, long unfinished, Duration left) {}

    /** Called when a step has ended, successfully or not. */
    default void onStep(ShutdownPhase phase, StepResult step) {}

    /** Called when a reload starts. */
    default void onReloadStarted(String requestedBy) {}

    /** Called with the result of each subscriber of a reload, as {@link ReloadListener#onReloadStep}. */
    default void onReloadStep(StepResult step) {}

    /** Called when a reload has ended. The report has one step for each subscriber. */
    default void onReloadFinished(ReloadReport report) {}

    /** Called once, as the last event, when all phases have ended. */
    default void onFinished(ShutdownReport report) {}
}
