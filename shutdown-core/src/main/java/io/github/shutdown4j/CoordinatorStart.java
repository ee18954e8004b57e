package io.github.shutdown4j;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * Halts a process whose coordinator hangs in its start, for example because the log blocks. A shutdown that is requested
 * during the start waits for the end of the start. Therefore the limits of a halt apply from the request on, and a repeated
 * signal forces the halt.
 */
final class CoordinatorStart implements UnfinishedWork.Source {

    private final LiveConfig config;
    private final ShutdownTrigger trigger;
    private final HaltTimer halt;
    private final SignalPolicy signalPolicy;
    private final PhaseProgressMonitor progress;
    private final Ticker ticker;
    private volatile @Nullable Thread thread;
    private long since;

    CoordinatorStart(
            LiveConfig config,
            ShutdownTrigger trigger,
            HaltTimer halt,
            SignalPolicy signalPolicy,
            PhaseProgressMonitor progress,
            Ticker ticker) {
        this.config = config;
        this.trigger = trigger;
        this.halt = halt;
        this.signalPolicy = signalPolicy;
        this.progress = progress;
        this.ticker = ticker;
    }

    /** Called before the first signal handler is installed. */
    void begins() {
        if (config.get().forceQuit()) {
            halt.start();
        }
        since = ticker.nanoTime();
        thread = Thread.currentThread();
        progress.starting(this);
        if (trigger.isRequested()) {
            requested();
        }
    }

    /** Called at the request; the begin of the sequence, which follows the start, sets the limits anew. */
    void requested() {
        if (thread != null) {
            halt.armForStart(config);
            signalPolicy.requested();
        }
    }

    void ends() {
        thread = null;
        progress.starting(null);
    }

    @Override
    public long unfinishedCount() {
        return thread == null ? 0 : 1;
    }

    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        Thread starting = thread;
        return starting == null
                ? List.of()
                : UnfinishedWork.withLockOwner("start of the coordinator", ticker.since(since), starting);
    }
}
