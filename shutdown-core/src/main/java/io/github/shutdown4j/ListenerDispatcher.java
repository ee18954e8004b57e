package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.SerialExecutor;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.ReloadListener;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Notifies the listeners of a coordinator without waiting for them. Each listener receives its events in order on its own
 * thread. Only the exit of the process waits for them, within a limit.
 */
final class ListenerDispatcher implements ReloadListener, PhaseProgressMonitor.ProgressListener {

    /** The maximum time that the exit waits for the listeners to process their last event. */
    static final Duration LAST_EVENT_LIMIT = Duration.ofSeconds(1);

    /** {@code finished} is set when the listener receives its last event. */
    private record Target(ShutdownListener listener, String name, SerialExecutor executor, AtomicBoolean finished) {}

    private final Ticker ticker;
    private final List<Target> targets = new ArrayList<>();

    ListenerDispatcher(List<ShutdownListener> listeners, Ticker ticker) {
        this.ticker = ticker;
        for (ShutdownListener listener : listeners) {
            String name = "listener " + listener.getClass().getTypeName();
            targets.add(new Target(
                    listener,
                    name,
                    new SerialExecutor(name, new ComponentLogger(ShutdownCoordinator.class, name), ticker),
                    new AtomicBoolean()));
        }
    }

    boolean isEmpty() {
        return targets.isEmpty();
    }

    /** An event after the last one, such as the end of a reload that takes longer than the phases, is dropped. */
    void notifyAll(Consumer<ShutdownListener> event) {
        for (Target target : targets) {
            target.executor().execute(() -> {
                if (!target.finished().get()) {
                    event.accept(target.listener());
                }
            });
        }
    }

    @Override
    public void onProgress(ShutdownPhase phase, long unfinished, Duration left) {
        if (!isEmpty()) {
            notifyAll(listener -> listener.onProgress(phase, unfinished, left));
        }
    }

    @Override
    public void onReloadStarted(String requestedBy) {
        notifyAll(listener -> listener.onReloadStarted(requestedBy));
    }

    @Override
    public void onReloadStep(StepResult step) {
        notifyAll(listener -> listener.onReloadStep(step));
    }

    @Override
    public void onReloadFinished(ReloadReport report) {
        notifyAll(listener -> listener.onReloadFinished(report));
    }

    /**
     * Ends the readiness and notifies atomically, so that no event of the start follows. From now on each listener keeps its
     * thread: a shutdown has an event every millisecond, and a new thread takes longer than most of them.
     */
    void onShutdown(ShutdownReason reason, Readiness readiness) {
        if (isEmpty()) { // without listeners, no code for events is loaded
            readiness.moveTo(Readiness.State.ENDING);
        } else {
            for (Target target : targets) {
                target.executor().retainThread();
            }
            readiness.moveTo(Readiness.State.ENDING, () -> notifyAll(listener -> listener.onShutdown(reason)));
        }
    }

    void onPhaseStarted(ShutdownPhase phase, Duration budget) {
        if (!isEmpty()) {
            notifyAll(listener -> listener.onPhaseStarted(phase, budget));
        }
    }

    void onStep(ShutdownPhase phase, StepResult step) {
        if (!isEmpty()) {
            notifyAll(listener -> listener.onStep(phase, step));
        }
    }

    void onFinished(ShutdownReport report) {
        for (Target target : targets) {
            target.executor().execute(() -> {
                target.finished().set(true);
                target.listener().onFinished(report);
            });
        }
    }

    /** Waits until all events have been processed, within the limit; returns the names of the listeners that were late. */
    List<String> awaitProcessed() {
        Deadline deadline = Deadline.after(ticker, LAST_EVENT_LIMIT);
        List<String> late = new ArrayList<>();
        for (Target target : targets) {
            if (!target.executor().awaitIdleUninterruptibly(deadline)) {
                late.add(target.name());
            }
        }
        return late;
    }

    /** Ends the threads of the listeners; no further event is expected. */
    void dismiss() {
        for (Target target : targets) {
            target.executor().dismiss();
        }
    }
}
