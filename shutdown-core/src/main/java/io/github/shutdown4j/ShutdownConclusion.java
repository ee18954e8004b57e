package io.github.shutdown4j;

import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.ShutdownReport;

/**
 * Passes the report of a shutdown to the flight recorder, the listeners and the log, and waits for them for a moment. None of
 * these steps keeps the next one from running, or the process from exiting. One for which there is too little memory is
 * repeated.
 */
final class ShutdownConclusion {

    /** They have numbers, since lambdas would make each stop load further classes. */
    private static final int STEPS = 5;

    private final PhaseProgressMonitor progress;
    private final ShutdownLog log;
    private final Reloader reloader;
    private final ListenerDispatcher listeners;

    ShutdownConclusion(
            PhaseProgressMonitor progress, ShutdownLog log, Reloader reloader, ListenerDispatcher listeners) {
        this.progress = progress;
        this.log = log;
        this.reloader = reloader;
        this.listeners = listeners;
    }

    void run(Jfr.Span span, ShutdownReport report) {
        int attempts = 1;
        for (int step = 0; step < STEPS; ) {
            try {
                runStep(step, span, report);
                step++;
            } catch (RuntimeException | Error failure) {
                if (failure instanceof VirtualMachineError && attempts < ShutdownSequence.MAX_ATTEMPTS) {
                    attempts++;
                    Ticker.pause();
                } else {
                    step++;
                    ShutdownLog.internalError(failure);
                }
            }
        }
    }

    private void runStep(int step, Jfr.Span span, ShutdownReport report) {
        switch (step) {
            case 0 -> progress.close();
            case 1 ->
                span.end(report.outcome().name(), "", report.processExitCode().orElse(-1));
            case 2 -> log.unfinishedReload(reloader);
            case 3 -> listeners.onFinished(report);
            default -> awaitProcessed();
        }
    }

    private void awaitProcessed() {
        for (String late : listeners.awaitProcessed()) {
            log.lateListener(late);
        }
        listeners.dismiss();
        ShutdownLog.awaitWritten(HaltTimer.REPORT_LIMIT);
    }
}
