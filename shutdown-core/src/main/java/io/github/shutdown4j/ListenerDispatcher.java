package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.PreloadList;
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

    /** One listener and its thread. */
    private static final class Target {

        private final ShutdownListener listener;
        private final String name;
        private final SerialExecutor executor;
        /** Set when the listener receives its last event. Used by the tasks of the executor, of which one runs at a time. */
        private boolean finished;

        Target(ShutdownListener listener, String name, SerialExecutor executor) {
            this.listener = listener;
            this.name = name;
            this.executor = executor;
        }
    }

    /** One event for one listener; after the last one, others are dropped. */
    private record Delivery(Target target, Consumer<ShutdownListener> event, boolean last) implements Runnable {
        @Override
        public void run() {
            if (last) {
                target.finished = true;
            } else if (target.finished) {
                return;
            }
            event.accept(target.listener);
        }
    }

    /** Notifies all listeners of the events, in this order. */
    private record Notification(ListenerDispatcher dispatcher, List<ListenerEvent> events) implements Runnable {
        @Override
        public void run() {
            for (ListenerEvent event : events) {
                dispatcher.notifyAll(event);
            }
        }
    }

    private final Ticker ticker;
    private final List<Target> targets = new ArrayList<>();

    ListenerDispatcher(List<ShutdownListener> listeners, Ticker ticker) {
        this.ticker = ticker;
        for (ShutdownListener listener : listeners) {
            String name = "listener " + listener.getClass().getTypeName();
            targets.add(new Target(
                    listener,
                    name,
                    new SerialExecutor(name, new ComponentLogger(ShutdownCoordinator.class, name), ticker)));
        }
        if (!isEmpty()) {
            PreloadList.use("listeners");
        }
    }

    boolean isEmpty() {
        return targets.isEmpty();
    }

    /** An event after the last one, such as the end of a reload that takes longer than the phases, is dropped. */
    void notifyAll(Consumer<ShutdownListener> event) {
        for (Target target : targets) {
            target.executor.execute(new Delivery(target, event, false));
        }
    }

    /** Returns a callback that notifies all listeners that the services are ready, and first of the previous run if it was unclean. */
    Runnable readyNotification(Optional<LastRun> unclean) {
        ListenerEvent ready = new ListenerEvent.Ready();
        return unclean.isPresent()
                ? notification(new ListenerEvent.LastRunFound(unclean.get()), ready)
                : notification(ready);
    }

    /** Returns a callback that notifies all listeners of the events, in this order. */
    Runnable notification(ListenerEvent... events) {
        return new Notification(this, List.of(events));
    }

    @Override
    public void onProgress(ShutdownPhase phase, long unfinished, Duration left) {
        if (!isEmpty()) {
            notifyAll(new ListenerEvent.Progress(phase, unfinished, left));
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
                target.executor.retainThread();
            }
            readiness.moveTo(Readiness.State.ENDING, notification(new ListenerEvent.Requested(reason)));
        }
    }

    void onPhaseStarted(ShutdownPhase phase, Duration budget) {
        if (!isEmpty()) {
            notifyAll(new ListenerEvent.PhaseStarted(phase, budget));
        }
    }

    void onStep(ShutdownPhase phase, StepResult step) {
        if (!isEmpty()) {
            notifyAll(new ListenerEvent.StepEnded(phase, step));
        }
    }

    void onFinished(ShutdownReport report) {
        for (Target target : targets) {
            target.executor.execute(new Delivery(target, new ListenerEvent.Finished(report), true));
        }
    }

    /** Waits until all events have been processed, within the limit; returns the names of the listeners that were late. */
    List<String> awaitProcessed() {
        Deadline deadline = Deadline.after(ticker, LAST_EVENT_LIMIT);
        List<String> late = new ArrayList<>();
        for (Target target : targets) {
            if (!target.executor.awaitIdleUninterruptibly(deadline)) {
                late.add(target.name);
            }
        }
        return late;
    }

    /** Ends the threads of the listeners; no further event is expected. */
    void dismiss() {
        for (Target target : targets) {
            target.executor.dismiss();
        }
    }
}
