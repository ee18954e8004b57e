package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

/** The texts for {@code systemctl status}, one line each. */
final class StatusText {

    private static final int MAX_PROBLEMS = 3;

    private StatusText() {}

    /** Creates each text once, so that no class is first needed during the shutdown; returns how many. */
    static int prepare() {
        ShutdownReason reason = new ShutdownReason.JvmExiting();
        List<StepResult> steps = new ArrayList<>();
        for (Outcome outcome : Outcome.values()) {
            steps.add(new StepResult("x", outcome, Duration.ZERO, Duration.ZERO, "", Optional.empty(), List.of(), 0));
        }
        List<String> texts = new ArrayList<>(List.of(stopping(reason)));
        List<PhaseReport> phases = new ArrayList<>();
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            texts.add(progress(phase, 1, Duration.ofSeconds(1)));
            phases.add(new PhaseReport(phase, Duration.ZERO, Duration.ZERO, Duration.ZERO, steps));
        }
        texts.add(finished(new ShutdownReport(reason, Instant.EPOCH, Duration.ZERO, 1, phases)));
        return texts.size();
    }

    static String waitingFor(Collection<String> services) {
        return services.isEmpty() ? "starting" : "waiting for " + String.join(", ", services);
    }

    /** "running", and how the previous run ended if it did not end cleanly. */
    static String running(@Nullable LastRun lastRun) {
        return lastRun == null ? "running" : "running; " + lastRun.text();
    }

    static String stopping(ShutdownReason reason) {
        return "shutting down: " + reason.text();
    }

    /** "draining 17 requests, 12 s left". */
    static String progress(ShutdownPhase phase, long unfinished, Duration left) {
        String doing =
                switch (phase) {
                    case ANNOUNCE -> "announcing the shutdown";
                    case STOP -> "stopping " + count(unfinished, "service");
                    case DRAIN -> "draining " + count(unfinished, "request");
                    case SAVE -> "saving the state";
                    case RELEASE -> "releasing " + count(unfinished, "resource");
                    case FINAL_SAVE -> "saving the state once more";
                };
        return doing + ", " + seconds(left) + " left";
    }

    static String reloading(String requestedBy) {
        return "reloading: requested by " + requestedBy;
    }

    static String reloaded(ReloadReport report) {
        String took = Durations.text(report.elapsed());
        return report.isClean()
                ? "running, reloaded in " + took
                : "running, reload failed: " + problems(report.steps());
    }

    static String finished(ShutdownReport report) {
        String took = " in " + Durations.text(report.elapsed()) + ", " + report.exitCodeText() + ": "
                + report.reason().text();
        if (report.isClean()) {
            return (report.reason().isFailure() ? "ended in order because of a failure" : "ended cleanly") + took;
        }
        List<StepResult> steps = new ArrayList<>();
        for (PhaseReport phase : report.phases()) {
            steps.addAll(phase.steps());
        }
        return "ended with problems" + took + "; " + problems(steps);
    }

    /** The first steps that did not succeed: "db timed out after 5 s, cache failed: ..., and 2 more". */
    private static String problems(List<StepResult> steps) {
        List<String> texts = new ArrayList<>();
        int more = 0;
        for (StepResult step : steps) {
            if (step.outcome() == Outcome.DONE) {
                continue;
            }
            if (texts.size() < MAX_PROBLEMS) {
                texts.add(problem(step));
            } else {
                more++;
            }
        }
        if (more > 0) {
            texts.add("and " + more + " more");
        }
        return String.join(", ", texts);
    }

    private static String problem(StepResult step) {
        return switch (step.outcome()) {
            case TIMED_OUT -> step.name() + " timed out after " + Durations.text(step.elapsed());
            case SKIPPED -> step.name() + " skipped";
            case FAILED -> step.name() + " failed: " + step.detail();
            case DONE -> step.name();
        };
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** Whole seconds, rounded up; minutes from ten minutes on. */
    private static String seconds(Duration left) {
        long seconds = left.isNegative() ? 0 : left.plusNanos(999_999_999).toSeconds();
        return seconds < 600 ? seconds + " s" : seconds / 60 + " min";
    }
}
