package io.github.shutdown4j;

import java.util.concurrent.CountDownLatch;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.internal.ThreadDump;

/** Logs the unfinished work before a halt, and records in the checkpoints that the end was forced. */
final class HaltReport implements HaltTimer.HaltReporter {

    private final CoordinatorComponents components;
    private final CountDownLatch finished;
    private final ExitMonitor exitMonitor;
    private final PhaseProgressMonitor progress;
    private final ShutdownLog log;

    /** @param finished zero when the sequence has ended and the exit has begun */
    HaltReport(
            CoordinatorComponents components,
            CountDownLatch finished,
            ExitMonitor exitMonitor,
            PhaseProgressMonitor progress,
            ShutdownLog log) {
        this.components = components;
        this.finished = finished;
        this.exitMonitor = exitMonitor;
        this.progress = progress;
        this.log = log;
    }

    /** Does both concurrently, so that neither a blocked logger nor a hanging disk delays the other. */
    @Override
    public void reportHalt(String why, int code) {
        boolean exiting = finished.getCount() == 0;
        String training = exiting ? TrainingRun.describe() : "";
        if (training.isEmpty()) {
            log.halting(code, why, describeUnfinished(exiting));
            markCheckpoints();
        } else { // the exit that has begun ends the process, with its own code
            log.cannotHalt(why, training, TrainingRun.hasSecondJvm());
        }
        ShutdownLog.awaitWritten(HaltTimer.REPORT_LIMIT);
        ThreadDump.discard();
        System.out.flush();
        System.err.flush();
    }

    /** Without memory, the halt is reported without it. */
    private String describeUnfinished(boolean exiting) {
        try {
            return exiting ? exitMonitor.describeHooks() : progress.describeUnfinished();
        } catch (RuntimeException | Error undescribed) {
            return " nothing that can be described";
        }
    }

    private void markCheckpoints() {
        // A loop: a method reference would load the class of checkpoints in a process that has none.
        for (Checkpoint<?> checkpoint : components.checkpoints()) {
            checkpoint.markForced();
        }
    }
}
