package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.NOPLogger;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.SerialExecutor;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * What a shutdown says in the log while it goes on: a line for each step and each phase, and one warning for each phase
 * that left something behind, with everything unfinished in it. The lines are written on a thread of their own: a logger
 * that throws costs no phase its turn, and neither does one that blocks, as on a pipe that nobody reads.
 */
final class ShutdownLog {

    /** The lines of a shutdown come in short order. */
    private static final Duration LINGER = Duration.ofMillis(100);

    private static final SerialExecutor LINES = new SerialExecutor("log", Ticker.system(), LINGER);

    private final Logger log;

    private ShutdownLog(Logger log) {
        this.log = log;
    }

    /** What users read. */
    static ShutdownLog spoken() {
        return new ShutdownLog(LoggerFactory.getLogger(ShutdownCoordinator.class));
    }

    /** For a rehearsal: all is done but the writing. */
    static ShutdownLog silent() {
        return new ShutdownLog(NOPLogger.NOP_LOGGER);
    }

    /** Hands the line over and returns at once. */
    void say(Level level, String text, @Nullable Object... values) {
        LINES.add(new LogLine(log, level, text, values));
    }

    /** The last lines have been handed over: waits until all are written, but no longer than {@code patience}. */
    static void awaitSaid(Duration patience) {
        Deadline end = Deadline.after(Ticker.system(), patience);
        boolean told = false;
        while (!told) {
            try {
                var unused = LINES.awaitIdle(end);
                LINES.dismiss();
                told = true;
            } catch (InterruptedException meantForSomethingElse) {
                // Bounded, and the last that its caller does.
            }
        }
    }

    void requested(ShutdownReason reason, Duration total) {
        say(Level.INFO, "Shutdown: {}; {} at most", reason.text(), Durations.text(total));
    }

    void begins(ShutdownPhase phase, Duration budget) {
        say(Level.DEBUG, "Shutdown: phase {} begins, {} at most", phase.label(), Durations.text(budget));
    }

    void interrupted(ShutdownPhase phase) {
        say(Level.WARN, "Shutdown: interrupted in phase {}, going on", phase.label());
    }

    void broke(ShutdownPhase phase, Throwable failure) {
        say(Level.ERROR, "Shutdown: phase {} broke, going on", phase.label(), failure);
    }

    void ended(ShutdownPhase phase, StepResult step) {
        String took = Durations.text(step.elapsed());
        String detail = step.detail().isEmpty() ? "" : ": " + step.detail();
        switch (step.outcome()) {
            case DONE -> say(Level.INFO, "Shutdown: {} '{}' done after {}{}", phase.label(), step.name(), took, detail);
            case SKIPPED -> say(Level.WARN, "Shutdown: {} '{}' skipped{}", phase.label(), step.name(), detail);
            // The phase ends with a warning that has the details of all of them.
            case TIMED_OUT ->
                say(Level.INFO, "Shutdown: {} '{}' given up after {}{}", phase.label(), step.name(), took, detail);
            case FAILED -> failed(phase, step, took, detail);
        }
    }

    private void failed(ShutdownPhase phase, StepResult step, String took, String detail) {
        if (phase == ShutdownPhase.STOP) { // the services have logged the stack, when it happened
            say(Level.WARN, "Shutdown: {} '{}' failed after {}{}", phase.label(), step.name(), took, detail);
        } else {
            Throwable failure = step.failure().orElse(null);
            say(Level.WARN, "Shutdown: {} '{}' failed after {}", phase.label(), step.name(), took, failure);
        }
    }

    void ended(PhaseReport phase) {
        String label = phase.phase().label();
        String took = Durations.text(phase.elapsed());
        List<StepResult> givenUp = new ArrayList<>();
        List<UnfinishedWork> left = new ArrayList<>();
        long count = 0;
        for (StepResult step : phase.steps()) {
            if (step.outcome() == Outcome.TIMED_OUT) {
                givenUp.add(step);
                left.addAll(step.unfinished());
                count += step.unfinishedCount();
            }
        }
        if (!givenUp.isEmpty()) {
            left.sort(PhaseProgressMonitor::oldestFirst);
            String unfinished = count == 0 ? "" : ", unfinished:" + PhaseProgressMonitor.describe(count, left);
            say(Level.WARN, "Shutdown: phase {} has given up {} after {}{}", label, names(givenUp), took, unfinished);
        }
        say(Level.INFO, "Shutdown: phase {} {} after {}", label, phase.outcome().label(), took);
    }

    void ended(ShutdownReport report) {
        say(
                Level.INFO,
                "Shutdown: ended after {}, {}, {}",
                Durations.text(report.elapsed()),
                report.isClean() ? "clean" : "not clean",
                report.exitCodeText());
    }

    private static String names(List<StepResult> steps) {
        String names = String.join(
                ", ",
                steps.stream()
                        .limit(PhaseProgressMonitor.NAMED_AT_MOST)
                        .map(step -> "'" + step.name() + "'")
                        .toList());
        int rest = steps.size() - PhaseProgressMonitor.NAMED_AT_MOST;
        return rest > 0 ? names + " and " + rest + " more" : names;
    }
}
