package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.shutdown4j.reload.ReloadListener;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.services.ServiceGroupListener;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;

/**
 * What the parts of a coordinator and the process call its run by. One class for all of them: a lambda for each would
 * cost every start several times as much.
 */
final class CoordinatorEars
        implements Consumer<ShutdownSignal>,
                Runnable,
                ServiceGroupListener,
                ReloadListener,
                PhaseProgressMonitor.ProgressListener,
                HaltTimer.LastWords {

    private final CoordinatorLifecycle run;

    CoordinatorEars(CoordinatorLifecycle run) {
        this.run = run;
    }

    /** A signal, on the JVM's handler thread. */
    @Override
    public void accept(ShutdownSignal signal) {
        run.onSignal(signal);
    }

    /** The JVM's hook. */
    @Override
    public void run() {
        run.onJvmExit();
    }

    @Override
    public void onWaiting(List<String> names) {
        run.onWaiting(names);
    }

    @Override
    public void onReady() {
        run.onReady();
    }

    @Override
    public void onReason(ShutdownReason reason) {
        run.trigger().request(reason);
    }

    @Override
    public void onProgress(ShutdownPhase phase, long unfinished, Duration left) {
        run.tellListeners(listener -> listener.onProgress(phase, unfinished, left));
    }

    @Override
    public void say(String why, int code) {
        run.sayLastWords(why, code);
    }

    @Override
    public void onReloadStarted(String by) {
        run.tellListeners(listener -> listener.onReloadStarted(by));
    }

    @Override
    public void onReloadStep(StepResult step) {
        run.tellListeners(listener -> listener.onReloadStep(step));
    }

    @Override
    public void onReloadFinished(ReloadReport reload) {
        run.tellListeners(listener -> listener.onReloadFinished(reload));
    }
}
