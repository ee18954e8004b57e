package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Pause;
import io.github.shutdown4j.internal.SafeLog;
import io.github.shutdown4j.internal.Ticker;

/**
 * Walks the phases of one shutdown, each once and in order, under one deadline, and writes the report. Whatever a
 * phase does, the next one gets its turn.
 *
 * <p>Runs on one thread, which never runs foreign code: services, resources, callbacks and listeners all have threads
 * of their own.
 */
final class ShutdownSequence {

    /** How often the announce phase looks whether new work still comes. */
    private static final Duration QUIET_CHECK = Duration.ofMillis(50);

    private static final Logger log = LoggerFactory.getLogger(ShutdownSequence.class);

    private final CoordinatorParts parts;
    private final PhaseWatch watch;
    private final Consumer<Consumer<ShutdownListener>> listeners;
    private final Ticker ticker;
    private final PhaseBudgets budgets;
    private final List<PhaseReport> reports = new ArrayList<>();

    ShutdownSequence(CoordinatorParts parts, PhaseWatch watch, Consumer<Consumer<ShutdownListener>> listeners) {
        this.parts = parts;
        this.watch = watch;
        this.listeners = listeners;
        this.ticker = parts.ticker();
        this.budgets = parts.budgets();
    }

    /** One phase: does its work within a budget and tells of each step as it ends. */
    private interface PhaseWork {
        List<StepResult> run(Duration budget, Consumer<StepResult> onStep) throws InterruptedException;
    }

    ShutdownReport run(ShutdownReason reason, Instant requestedAt, Deadline deadline) {
        SafeLog.say(() -> log.info("Shutdown: {}; {} at most", reason.text(), Durations.text(budgets.total())));
        long start = ticker.nanoTime();
        Phases phases = new Phases(start, deadline);
        phases.walk(ShutdownPhase.ANNOUNCE, List.of(), (budget, onStep) -> announce(reason, budget));
        phases.walk(ShutdownPhase.STOP, List.of(parts.services()), this::stop);
        phases.walk(ShutdownPhase.DRAIN, List.copyOf(parts.trackers()), this::drain);
        phases.walk(
                ShutdownPhase.SAVE,
                List.copyOf(parts.savers()),
                (budget, onStep) -> save(onStep, saver -> saver.save(budget)));
        phases.walk(ShutdownPhase.RELEASE, List.of(parts.resources()), (budget, onStep) -> parts.resources()
                .release(budget, onStep));
        phases.walk(
                ShutdownPhase.FINAL_SAVE,
                List.copyOf(parts.savers()),
                (budget, onStep) -> save(onStep, saver -> saver.finish(budget)));
        ShutdownReport report = ShutdownReport.of(reason, requestedAt, since(start), reports);
        SafeLog.say(() -> log.info(
                "Shutdown: ended after {}, {}, exit code {}",
                Durations.text(report.elapsed()),
                report.isClean() ? "clean" : "not clean",
                report.exitCode()));
        return report;
    }

    /** What the phases of one run share: their common start and deadline. */
    private final class Phases {

        private final long start;
        private final Deadline deadline;

        Phases(long start, Deadline deadline) {
            this.start = start;
            this.deadline = deadline;
        }

        void walk(ShutdownPhase phase, List<WorkInHand> work, PhaseWork body) {
            Duration budget = budgets.budget(phase, deadline);
            Duration startedAfter = since(start);
            long phaseStart = ticker.nanoTime();
            SafeLog.say(() -> log.debug("Shutdown: phase {} begins, {} at most", phase.label(), Durations.text(budget)));
            listeners.accept(listener -> listener.onPhase(phase, budget));
            watch.begin(phase, budget, work);
            List<StepResult> steps = runSteps(phase, body, budget, phaseStart);
            watch.end();
            PhaseReport report = new PhaseReport(phase, startedAfter, since(phaseStart), budget, steps);
            reports.add(report);
            SafeLog.say(() -> log.info(
                    "Shutdown: phase {} {} after {}",
                    phase.label(),
                    ReportText.of(report.outcome()),
                    Durations.text(report.elapsed())));
        }
    }

    private List<StepResult> runSteps(ShutdownPhase phase, PhaseWork body, Duration budget, long phaseStart) {
        Consumer<StepResult> onStep = step -> SafeLog.say(() -> tell(phase, step));
        Deadline end = Deadline.after(ticker, budget);
        while (true) {
            try {
                return body.run(end.remaining(), onStep);
            } catch (InterruptedException meantForSomethingElse) {
                SafeLog.say(() -> log.warn("Shutdown: interrupted in phase {}, going on", phase.label()));
            } catch (RuntimeException | Error failure) {
                SafeLog.say(() -> log.error("Shutdown: phase {} broke, going on", phase.label(), failure));
                return List.of(StepResult.failed(phase.label(), Duration.ZERO, since(phaseStart), failure));
            }
        }
    }

    private void tell(ShutdownPhase phase, StepResult step) {
        listeners.accept(listener -> listener.onStep(phase, step));
        String took = Durations.text(step.elapsed());
        String detail = step.detail().isEmpty() ? "" : ": " + step.detail();
        switch (step.outcome()) {
            case DONE -> log.info("Shutdown: {} '{}' done after {}{}", phase.label(), step.name(), took, detail);
            case SKIPPED -> log.warn("Shutdown: {} '{}' skipped{}", phase.label(), step.name(), detail);
            case TIMED_OUT ->
                log.warn(
                        "Shutdown: {} '{}' given up after {}{}{}",
                        phase.label(),
                        step.name(),
                        took,
                        detail,
                        PhaseWatch.describe(step.unfinished().size(), step.unfinished()));
            case FAILED ->
                log.warn(
                        "Shutdown: {} '{}' failed after {}",
                        phase.label(),
                        step.name(),
                        took,
                        step.failure().orElse(null));
        }
    }

    /** Readiness is false since the request; here load balancers get the time to notice. */
    private List<StepResult> announce(ShutdownReason reason, Duration budget) throws InterruptedException {
        if (budget.isZero() || reason instanceof ShutdownReason.JvmExiting) {
            return List.of();
        }
        Pause pause = new Pause(ticker);
        Duration quiet = parts.config().announceQuiet();
        if (quiet.isZero()) {
            pause.sleep(budget);
            return List.of();
        }
        Deadline end = Deadline.after(ticker, budget);
        Deadline quietEnd = Deadline.after(ticker, quiet);
        long admitted = admitted();
        while (!end.isExpired() && !quietEnd.isExpired()) {
            pause.sleep(end.cappedAt(QUIET_CHECK).remaining());
            long now = admitted();
            if (now != admitted) {
                admitted = now;
                quietEnd = Deadline.after(ticker, quiet);
            }
        }
        return List.of();
    }

    private long admitted() {
        return parts.trackers().stream().mapToLong(ConnectionTracker::admitted).sum();
    }

    private List<StepResult> stop(Duration budget, Consumer<StepResult> onStep) throws InterruptedException {
        parts.trackers().forEach(ConnectionTracker::close);
        return parts.services().stop(budget, onStep);
    }

    private List<StepResult> drain(Duration budget, Consumer<StepResult> onStep) throws InterruptedException {
        // A drain without any time still looks once, and tells those who wait to be told.
        Duration some = budget.isZero() ? Duration.ofNanos(1) : budget;
        return Together.run("drain", parts.trackers(), onStep, tracker -> tracker.drain(some));
    }

    private List<StepResult> save(Consumer<StepResult> onStep, Together.Step<StateSaver> save)
            throws InterruptedException {
        return Together.run("save", parts.savers(), onStep, save);
    }

    private Duration since(long start) {
        return Duration.ofNanos(Math.max(0, ticker.nanoTime() - start));
    }
}
