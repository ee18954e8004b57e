package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.SerialExecutor;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;

/**
 * The log lines of a shutdown: one for each step and each phase, and one warning for each phase that abandoned work, which
 * names everything unfinished. A separate thread writes them, so a logger that throws or blocks, for example on a full pipe,
 * does not delay any phase.
 */
final class ShutdownLog {

    /** For lines outside the sequence, written on the calling thread. */
    static final ComponentLogger LOGGER = new ComponentLogger(ShutdownCoordinator.class, "Shutdown");

    /** The time that the writing thread waits for another line before it ends. */
    private static final Duration LINGER = Duration.ofMillis(100);

    private static final SerialExecutor WRITER = new SerialExecutor("log", LOGGER, Ticker.system(), LINGER);

    private final ComponentLogger logger;

    private ShutdownLog(ComponentLogger logger) {
        this.logger = logger;
    }

    /** A log that writes to the logger. */
    static ShutdownLog written() {
        return new ShutdownLog(LOGGER);
    }

    /** A log for a rehearsal, which formats its lines but does not write them. */
    static ShutdownLog silent() {
        return new ShutdownLog(ComponentLogger.silent());
    }

    /** Waits until all lines are written, at most for {@code limit}. */
    static void awaitWritten(Duration limit) {
        var unused = WRITER.awaitIdleUninterruptibly(Deadline.after(Ticker.system(), limit));
        WRITER.dismiss();
    }

    /** Enqueues the line and returns at once. */
    private void log(Level level, String text, @Nullable Object... values) {
        WRITER.execute(new Line(logger, level, text, values));
    }

    /** One line to write. */
    private static final class Line implements Runnable {

        private final ComponentLogger logger;
        private final Level level;
        private final String text;
        private final @Nullable Object[] values;

        Line(ComponentLogger logger, Level level, String text, @Nullable Object[] values) {
            this.logger = logger;
            this.level = level;
            this.text = text;
            this.values = values;
        }

        @Override
        public void run() {
            logger.log(level, text, values);
        }
    }

    void uncaught(String thread, Throwable failure) {
        log(Level.ERROR, "uncaught exception in thread '{}'", OneLine.plain(thread), failure);
    }

    void repeatedSignal(ShutdownSignal signal) {
        log(Level.INFO, "{} repeated, shutdown already in progress", signal);
    }

    void exitDuringShutdown(String cause) {
        log(
                Level.INFO,
                "the JVM is exiting meanwhile: {}; its exit code applies",
                cause.isEmpty() ? "the caller of System.exit is unknown" : cause);
    }

    void cannotForce(ShutdownSignal signal, String unfinished) {
        log(Level.WARN, "{} repeated, but force_quit is off; unfinished:{}", signal, ComponentLogger.lines(unfinished));
    }

    void exitsUnfinished(String unfinished) {
        log(Level.WARN, "the JVM exits without waiting longer; unfinished:{}", ComponentLogger.lines(unfinished));
    }

    void halting(int code, String why, String unfinished) {
        log(
                Level.ERROR,
                "halting with exit code {}, because of {}; unfinished:{}",
                code,
                why,
                ComponentLogger.lines(unfinished));
    }

    void cannotHalt(String why, String training, boolean secondJvm) {
        log(
                Level.WARN,
                "cannot halt, because of {}: {}; {}, exit code unchanged",
                why,
                training,
                secondJvm ? "its second JVM is killed, so the cache is lost" : "it has to be waited for");
    }

    /** For a call that goes on while everything is released, and ends with the process. */
    void unfinishedReload(Reloader reloader) {
        String unfinished = PhaseProgressMonitor.describe(List.of(reloader));
        if (!unfinished.isEmpty()) {
            log(Level.WARN, "not waiting for a reload:{}", ComponentLogger.lines(unfinished));
        }
    }

    void lateListener(String name) {
        log(Level.WARN, "{} did not process the report within 1 s, continuing without it", name);
    }

    /** Logs a bug of the library, or that memory is short, on the calling thread, which continues: throws nothing. */
    static void internalError(Throwable failure) {
        try {
            LOGGER.error("failed with an internal error, continuing", failure);
        } catch (VirtualMachineError tooLittleMemory) {
            // Even the literal needs some when it is first used.
        }
    }

    void requested(ShutdownReason reason, Duration total) {
        log(Level.INFO, "{}; {} at most", reason.text(), Durations.text(total));
    }

    void begins(ShutdownPhase phase, Duration budget) {
        log(Level.DEBUG, "phase {} begins, {} at most", phase.label(), Durations.text(budget));
    }

    void stoppedDuring(ShutdownPhase phase) {
        log(Level.WARN, "the process was stopped in phase {}; the next phases have their reserved time", phase.label());
    }

    void interrupted(ShutdownPhase phase) {
        log(Level.WARN, "interrupted in phase {}, continuing", phase.label());
    }

    void failed(ShutdownPhase phase, Throwable failure) {
        log(Level.ERROR, "phase {} failed with an internal error, continuing", phase.label(), failure);
    }

    void ended(ShutdownPhase phase, StepResult step) {
        String took = Durations.text(step.elapsed());
        String detail = step.detail().isEmpty() ? "" : ": " + step.detail();
        switch (step.outcome()) {
            case DONE -> log(Level.INFO, "{} '{}' done after {}{}", phase.label(), step.name(), took, detail);
            case SKIPPED -> log(Level.WARN, "{} '{}' skipped{}", phase.label(), step.name(), detail);
            // The warning at the end of the phase has the details.
            case TIMED_OUT -> log(Level.INFO, "{} '{}' timed out after {}{}", phase.label(), step.name(), took, detail);
            case FAILED -> failed(phase, step, took, detail);
        }
    }

    private void failed(ShutdownPhase phase, StepResult step, String took, String detail) {
        if (phase == ShutdownPhase.STOP) { // the services have logged the stack, when it happened
            log(Level.WARN, "{} '{}' failed after {}{}", phase.label(), step.name(), took, detail);
        } else {
            Throwable failure = step.failure().orElse(null);
            log(Level.WARN, "{} '{}' failed after {}", phase.label(), step.name(), took, failure);
        }
    }

    void ended(PhaseReport phase) {
        String label = phase.phase().label();
        String took = Durations.text(phase.elapsed());
        List<StepResult> abandoned = new ArrayList<>();
        List<UnfinishedWork> left = new ArrayList<>();
        long count = 0;
        for (StepResult step : phase.steps()) {
            if (step.outcome() == Outcome.TIMED_OUT) {
                abandoned.add(step);
                left.addAll(step.unfinished());
                count += step.unfinishedCount();
            }
        }
        if (!abandoned.isEmpty()) {
            left.sort(PhaseProgressMonitor::oldestFirst);
            StringBuilder unfinished = new StringBuilder();
            if (count > 0) {
                unfinished.append(", unfinished:").append(PhaseProgressMonitor.describe(count, left));
            }
            log(Level.WARN, "phase {} abandoned {} after {}{}", label, names(abandoned), took, unfinished);
        }
        if (hadNoWork(phase)) {
            log(Level.DEBUG, "phase {} had nothing to do", label);
        } else {
            log(Level.INFO, "phase {} {} after {}", label, phase.outcome().label(), took);
        }
    }

    /** The announcement has no steps. */
    private static boolean hadNoWork(PhaseReport phase) {
        return phase.steps().isEmpty()
                && (phase.phase() != ShutdownPhase.ANNOUNCE || phase.budget().isZero());
    }

    void ended(ShutdownReport report) {
        log(
                Level.INFO,
                "ended after {}, {}, {}",
                Durations.text(report.elapsed()),
                !report.isClean()
                        ? "not clean"
                        : report.reason().isFailure() ? "orderly, because of a failure" : "clean",
                report.exitCodeText());
    }

    private static String names(List<StepResult> steps) {
        String names = String.join(
                ", ",
                steps.stream()
                        .limit(PhaseProgressMonitor.MAX_NAMED)
                        .map(step -> "'" + step.name() + "'")
                        .toList());
        int rest = steps.size() - PhaseProgressMonitor.MAX_NAMED;
        return rest > 0 ? names + " and " + rest + " more" : names;
    }
}
