package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Flight;
import io.github.shutdown4j.internal.Pause;
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

    private final CoordinatorParts parts;
    private final ShutdownLog log;
    private final PhaseWatch watch;
    private final Consumer<Consumer<ShutdownListener>> listeners;
    private final Ticker ticker;
    private final PhaseBudgets budgets;
    private final List<ReportedTracker> trackers;
    private final List<PhaseReport> reports = new ArrayList<>();

    ShutdownSequence(
            CoordinatorParts parts, ShutdownLog log, PhaseWatch watch, Consumer<Consumer<ShutdownListener>> listeners) {
        this.parts = parts;
        this.log = log;
        this.watch = watch;
        this.listeners = listeners;
        this.ticker = parts.ticker();
        this.budgets = parts.budgets();
        this.trackers = ReportedTracker.of(parts.trackers());
    }

    /** One phase: does its work within a budget and tells of each step as it ends. */
    private interface PhaseWork {
        List<StepResult> run(Duration budget, Consumer<StepResult> onStep) throws InterruptedException;
    }

    /**
     * Walks all of them.
     *
     * @param exitDecidedElsewhere asked at the end: whether the JVM is exiting already
     */
    ShutdownReport run(
            ShutdownReason reason, Instant requestedAt, Deadline deadline, BooleanSupplier exitDecidedElsewhere) {
        log.requested(reason, budgets.total());
        long start = ticker.nanoTime();
        Phases phases = new Phases(start, deadline);
        phases.walk(ShutdownPhase.ANNOUNCE, List.of(), (budget, onStep) -> announce(reason, budget));
        phases.walk(ShutdownPhase.STOP, List.of(parts.services()), this::stop);
        phases.walk(ShutdownPhase.DRAIN, List.copyOf(trackers), this::drain);
        phases.walk(
                ShutdownPhase.SAVE,
                List.copyOf(parts.savers()),
                (budget, onStep) -> save(ShutdownPhase.SAVE, onStep, saver -> saver.save(budget)));
        phases.walk(ShutdownPhase.RELEASE, List.of(parts.resources()), (budget, onStep) -> parts.resources()
                .release(budget, onStep));
        phases.walk(
                ShutdownPhase.FINAL_SAVE,
                List.copyOf(parts.savers()),
                (budget, onStep) -> save(ShutdownPhase.FINAL_SAVE, onStep, saver -> saver.finish(budget)));
        ShutdownReport report =
                ShutdownReport.of(reason, requestedAt, since(start), exitDecidedElsewhere.getAsBoolean(), reports);
        log.ended(report);
        return report;
    }

    /** Of the phases that are over. */
    List<PhaseReport> reports() {
        return List.copyOf(reports);
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
            Deadline end = budgets.end(phase, deadline);
            Duration budget = end.remaining();
            Duration startedAfter = since(start);
            long phaseStart = ticker.nanoTime();
            log.begins(phase, budget);
            listeners.accept(listener -> listener.onPhase(phase, budget));
            watch.begin(phase, budget, work);
            Flight.Span span = Flight.phase(phase.label(), TimeUnit.NANOSECONDS.convert(budget));
            List<StepResult> steps = runSteps(phase, body, end, phaseStart);
            watch.end();
            PhaseReport report = new PhaseReport(phase, startedAfter, since(phaseStart), budget, steps);
            reports.add(report);
            span.end(report.outcome().name(), "", steps.size());
            log.ended(report);
        }
    }

    private List<StepResult> runSteps(ShutdownPhase phase, PhaseWork body, Deadline end, long phaseStart) {
        Consumer<StepResult> onStep = step -> {
            listeners.accept(listener -> listener.onStep(phase, step));
            log.ended(phase, step);
        };
        while (true) {
            try {
                return body.run(end.remaining(), onStep);
            } catch (InterruptedException meantForSomethingElse) {
                log.interrupted(phase);
            } catch (RuntimeException | Error failure) {
                log.broke(phase, failure);
                return List.of(StepResult.failed(phase.label(), Duration.ZERO, since(phaseStart), failure));
            }
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
        Deadline end = Deadline.after(ticker, budget);
        return Together.run(
                "drain",
                trackers,
                onStep,
                tracker -> recorded(ShutdownPhase.DRAIN, tracker.name(), () -> tracker.drain(end.remaining())));
    }

    private List<StepResult> save(ShutdownPhase phase, Consumer<StepResult> onStep, Together.Step<StateSaver> save)
            throws InterruptedException {
        return Together.run(
                "save", parts.savers(), onStep, saver -> recorded(phase, saver.name(), () -> save.take(saver)));
    }

    private interface Taken {
        StepResult take() throws InterruptedException;
    }

    /** Services and resources have turns of their own, and record them themselves. */
    private static StepResult recorded(ShutdownPhase phase, String name, Taken step) throws InterruptedException {
        Flight.Span span = Flight.step(phase.label(), name);
        StepResult result = step.take();
        span.end(result.outcome().name(), result.detail(), result.unfinished().size());
        return result;
    }

    private Duration since(long start) {
        return Duration.ofNanos(Math.max(0, ticker.nanoTime() - start));
    }
}
