package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * The events of every start and every shutdown. They are classes, because a JVM takes three times as long for a lambda; the
 * events of a reload, which most processes never have, are lambdas.
 */
interface ListenerEvent extends Consumer<ShutdownListener> {

    record Waiting(List<String> names) implements ListenerEvent {
        @Override
        public void accept(ShutdownListener listener) {
            listener.onWaiting(names);
        }
    }

    record LastRunFound(LastRun last) implements ListenerEvent {
        @Override
        public void accept(ShutdownListener listener) {
            listener.onLastRun(last);
        }
    }

    record Ready() implements ListenerEvent {
        @Override
        public void accept(ShutdownListener listener) {
            listener.onReady();
        }
    }

    record Requested(ShutdownReason reason) implements ListenerEvent {
        @Override
        public void accept(ShutdownListener listener) {
            listener.onShutdown(reason);
        }
    }

    record PhaseStarted(ShutdownPhase phase, Duration budget) implements ListenerEvent {
        @Override
        public void accept(ShutdownListener listener) {
            listener.onPhaseStarted(phase, budget);
        }
    }

    record Progress(ShutdownPhase phase, long unfinished, Duration left) implements ListenerEvent {
        @Override
        public void accept(ShutdownListener listener) {
            listener.onProgress(phase, unfinished, left);
        }
    }

    record StepEnded(ShutdownPhase phase, StepResult step) implements ListenerEvent {
        @Override
        public void accept(ShutdownListener listener) {
            listener.onStep(phase, step);
        }
    }

    record Finished(ShutdownReport report) implements ListenerEvent {
        @Override
        public void accept(ShutdownListener listener) {
            listener.onFinished(report);
        }
    }
}
