package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.ExitCaller;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * The JVM shutdown hook: requests the shutdown and waits until it has finished. The sequence runs on its own thread. The
 * hook neither exits nor waits for the thread that called {@link System#exit}.
 */
final class JvmExitHook implements Runnable, BooleanSupplier {

    /** The maximum time of the search for the caller of exit, which delays the request. */
    private static final Duration CALLER_LIMIT = Duration.ofSeconds(2);

    /** The time by which the phases may exceed the timeout, on a busy machine, before the hook no longer waits. */
    private static final Duration OVERRUN_TOLERANCE = Duration.ofSeconds(1);

    private final CoordinatorComponents components;
    private final ShutdownTrigger trigger;
    private final CountDownLatch finished;
    private final ExitMonitor exitMonitor;
    private final PhaseProgressMonitor progress;
    private final ShutdownLog log;
    private volatile boolean jvmExiting;

    JvmExitHook(
            CoordinatorComponents components,
            ShutdownTrigger trigger,
            CountDownLatch finished,
            ExitMonitor exitMonitor,
            PhaseProgressMonitor progress,
            ShutdownLog log) {
        this.components = components;
        this.trigger = trigger;
        this.finished = finished;
        this.exitMonitor = exitMonitor;
        this.progress = progress;
        this.log = log;
    }

    /** Whether the JVM has started to exit, which determines the exit code. */
    boolean isJvmExiting() {
        return jvmExiting;
    }

    /** Returns {@link #isJvmExiting()}. */
    @Override
    public boolean getAsBoolean() {
        return jvmExiting;
    }

    @Override
    public void run() {
        jvmExiting = true;
        if (finished.getCount() == 0) {
            return;
        }
        notifyComponents();
        String cause = ExitCaller.describe(CALLER_LIMIT);
        boolean requestedBefore = !trigger.request(new ShutdownReason.JvmExiting(cause));
        if (requestedBefore) {
            log.exitDuringShutdown(cause);
        }
        Duration limit = components
                .config()
                .timeout()
                .plus(ListenerDispatcher.LAST_EVENT_LIMIT)
                .plus(OVERRUN_TOLERANCE);
        boolean isFinished = awaitFinished(limit);
        if (!isFinished) {
            log.exitsUnfinished(progress.describeUnfinished());
        }
        if (requestedBefore || !isFinished) { // the shutdown may have waited for its own lines before
            ShutdownLog.awaitWritten(HaltTimer.REPORT_LIMIT);
        }
    }

    /** The shutdown is requested even if this fails. */
    private void notifyComponents() {
        try {
            components.services().jvmExiting();
            components.resources().jvmExiting();
            exitMonitor.duringExit();
        } catch (RuntimeException | Error failure) {
            ShutdownLog.internalError(failure);
        }
    }

    /** The JVM exits when this returns, so an interrupt does not end the wait. */
    private boolean awaitFinished(Duration limit) {
        Deadline end = Deadline.after(components.ticker(), limit);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return finished.await(end.remainingNanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException meantForSomethingElse) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
