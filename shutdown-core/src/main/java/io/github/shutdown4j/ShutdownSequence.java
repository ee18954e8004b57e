package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.CallbackExecutor;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Runs the phases of one shutdown in order, each exactly once, under one deadline, and creates the report. Neither a failure in
 * a phase nor a failure to report it prevents the next phase.
 *
 * <p>Runs on one thread, which never runs foreign code: services, resources, callbacks and listeners have their own
 * threads.
 */
final class ShutdownSequence {

    /** The interval at which the announce phase checks whether new work arrives. */
    private static final Duration QUIET_CHECK = Duration.ofMillis(50);

    /** The maximum number of attempts to run a phase, or a step of the conclusion; with the pauses between them, ten seconds. */
    static final int MAX_ATTEMPTS = 1_000;

    private final CoordinatorComponents components;
    private final ShutdownLog log;
    private final PhaseProgressMonitor progress;
    private final ListenerDispatcher listeners;
    private final Readiness readiness;
    private final Ticker ticker;
    private final PhaseBudgets budgets;
    private final long startedAt;
    private final List<PhaseReport> reports = new ArrayList<>();
    /** The phase whose work has begun last; null before the first. */
    private @Nullable ShutdownPhase begun;

    ShutdownSequence(
            CoordinatorComponents components,
            ShutdownLog log,
            PhaseProgressMonitor progress,
            ListenerDispatcher listeners,
            Readiness readiness) {
        this.components = components;
        this.log = log;
        this.progress = progress;
        this.listeners = listeners;
        this.readiness = readiness;
        this.ticker = components.ticker();
        this.budgets = components.budgets();
        this.startedAt = ticker.nanoTime();
    }

    /**
     * Runs all phases.
     *
     * @param exitDecidedElsewhere called at the end; returns whether the JVM is already exiting
     */
    ShutdownReport run(
            ShutdownReason reason, Instant requestedAt, Deadline deadline, BooleanSupplier exitDecidedElsewhere) {
        Phases phases = new Phases(reason, deadline);
        phases.announceShutdown();
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            phases.run(phase);
        }
        if (phases.failure != null) {
            throw new IllegalStateException("a phase failed with an internal error", phases.failure);
        }
        ShutdownReport report = ShutdownReport.of(
                reason, requestedAt, ticker.since(startedAt), exitDecidedElsewhere.getAsBoolean(), reports);
        log.ended(report);
        return report;
    }

    /** The results of the phases that have ended. */
    List<PhaseReport> reports() {
        return List.copyOf(reports);
    }

    /** The report of a sequence that failed with an internal error, with the phases that have ended. */
    ShutdownReport brokenReport(ShutdownReason reason, Instant requestedAt, BooleanSupplier exitDecidedElsewhere) {
        return new ShutdownReport(
                reason, requestedAt, ticker.since(startedAt), 1, exitDecidedElsewhere.getAsBoolean(), reports());
    }

    /** Whether the work of any phase has begun. */
    boolean hasBegun() {
        return begun != null;
    }

    /** The components whose work can be unfinished in the phase. */
    private List<UnfinishedWork.Source> work(ShutdownPhase phase) {
        return switch (phase) {
            case ANNOUNCE -> List.of();
            case STOP -> List.of(components.services());
            case DRAIN -> List.copyOf(components.trackers());
            case RELEASE -> List.of(components.resources());
            case SAVE, FINAL_SAVE -> List.copyOf(components.checkpoints());
        };
    }

    /** Does the work of the phase within the budget and reports each step when it ends. */
    private List<StepResult> runPhase(
            ShutdownPhase phase, ShutdownReason reason, Duration budget, Consumer<StepResult> onStep)
            throws InterruptedException {
        return switch (phase) {
            case ANNOUNCE -> announce(reason, budget);
            case STOP -> stop(budget, onStep);
            case DRAIN -> drain(budget, onStep);
            case RELEASE -> components.resources().release(budget, onStep);
            case SAVE, FINAL_SAVE -> save(phase, budget, onStep);
        };
    }

    /** The reason, the deadline and the first failure, which the phases of one run share. */
    private final class Phases {

        private final ShutdownReason reason;
        private Deadline deadline;
        private @Nullable Throwable failure; // the first; none may keep a phase from running

        Phases(ShutdownReason reason, Deadline deadline) {
            this.reason = reason;
            this.deadline = deadline;
        }

        /**
         * Restores the time that is reserved for the phases after this one. Without it, a process that was stopped beyond the
         * deadline would not save its state.
         */
        private void restoreReserves(ShutdownPhase phase) {
            Duration reserved = budgets.reservedAfter(phase);
            Deadline least = deadline.atLeast(reserved);
            if (!reserved.isZero() && least != deadline) {
                deadline = least;
                log.stoppedDuring(phase);
            }
        }

        void announceShutdown() {
            try {
                for (ConnectionTracker tracker : components.trackers()) {
                    tracker.announceShutdown();
                }
                log.requested(reason, budgets.total());
            } catch (RuntimeException | Error unannounced) {
                failed(unannounced);
            }
        }

        /**
         * Runs the phase. If that fails before the work of the phase has begun, runs it again without reporting its start;
         * while there is too little memory, until the deadline or for ten seconds.
         */
        void run(ShutdownPhase phase) {
            for (int attempts = 1; ; attempts++) {
                try {
                    if (attempts <= 2 || !deadline.isExpired()) {
                        run(phase, attempts == 1);
                    }
                    return;
                } catch (RuntimeException | Error unsuccessful) {
                    failed(unsuccessful);
                    boolean again = mayPass(unsuccessful) && attempts < MAX_ATTEMPTS;
                    if (begun == phase || (attempts > 1 && !again)) {
                        return;
                    }
                    if (again) {
                        Ticker.pause();
                    }
                }
            }
        }

        private void failed(Throwable next) {
            if (failure == null) {
                failure = next;
            }
        }

        private void run(ShutdownPhase phase, boolean reportsStart) {
            Duration startedAfter = ticker.since(startedAt);
            // Before the deadline, so that a phase that uses all of its time reports no less.
            long phaseStart = ticker.nanoTime();
            Deadline end = budgets.end(phase, deadline);
            Duration budget = end.remaining();
            if (reportsStart) {
                log.begins(phase, budget);
                listeners.onPhaseStarted(phase, budget);
                progress.begin(phase, budget, work(phase));
            }
            Jfr.Span span = Jfr.phase(phase.label(), TimeUnit.NANOSECONDS.convert(budget));
            begun = phase;
            CallbackExecutor.retryAll();
            List<StepResult> steps = runSteps(phase, reason, end, phaseStart);
            progress.end();
            if (end.isLongPast()) {
                restoreReserves(phase);
            }
            PhaseReport report = new PhaseReport(phase, startedAfter, ticker.since(phaseStart), budget, steps);
            reports.add(report);
            span.end(report.outcome().name(), "", steps.size());
            log.ended(report);
        }
    }

    /** Reports the end of a step. Not a lambda, which takes a JVM longer, because every shutdown passes here. */
    private final class StepEnd implements Consumer<StepResult> {

        private final ShutdownPhase phase;

        StepEnd(ShutdownPhase phase) {
            this.phase = phase;
        }

        @Override
        public void accept(StepResult step) {
            listeners.onStep(phase, step);
            log.ended(phase, step);
        }
    }

    private List<StepResult> runSteps(ShutdownPhase phase, ShutdownReason reason, Deadline end, long phaseStart) {
        Consumer<StepResult> onStep = new StepEnd(phase);
        for (int attempts = 1; ; attempts++) {
            try {
                List<StepResult> steps = runPhase(phase, reason, end.remaining(), onStep);
                if (Thread.interrupted()) { // must not reach the next phase
                    log.interrupted(phase);
                }
                return steps;
            } catch (InterruptedException meantForSomethingElse) {
                log.interrupted(phase);
            } catch (RuntimeException | Error failure) {
                if (mayPass(failure) && attempts < MAX_ATTEMPTS && !end.isExpired()) {
                    Ticker.pause(); // each phase continues where it was, as after an interrupt
                    continue;
                }
                log.failed(phase, failure);
                return List.of(StepResult.failed(phase.label(), Duration.ZERO, ticker.since(phaseStart), failure));
            }
        }
    }

    /** Whether there may have been too little memory. */
    private static boolean mayPass(Throwable failure) {
        return failure instanceof VirtualMachineError || failure.getCause() instanceof VirtualMachineError;
    }

    /** Waits, so that load balancers notice that readiness is false. */
    private List<StepResult> announce(ShutdownReason reason, Duration budget) throws InterruptedException {
        if (budget.isZero() || reason instanceof ShutdownReason.JvmExiting || hasNoTraffic(reason)) {
            return List.of();
        }
        Sleeper pause = new Sleeper(ticker);
        Duration quiet = components.config().announceQuiet();
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

    /** Whether the process was never ready or its start failed, and no work has arrived. */
    private boolean hasNoTraffic(ShutdownReason reason) {
        return (!readiness.wasReady() || reason instanceof ShutdownReason.StartFailed) && admitted() == 0;
    }

    private long admitted() {
        return components.trackers().stream()
                .mapToLong(ConnectionTracker::admitted)
                .sum();
    }

    private List<StepResult> stop(Duration budget, Consumer<StepResult> onStep) throws InterruptedException {
        for (ConnectionTracker tracker : components.trackers()) {
            tracker.close();
        }
        return components.services().stop(budget, onStep);
    }

    private List<StepResult> drain(Duration budget, Consumer<StepResult> onStep) {
        return ParallelSteps.run(
                "drain", components.trackers(), onStep, new TrackerDrain(Deadline.after(ticker, budget)));
    }

    /** Not a lambda, as {@link StepEnd}. */
    private record TrackerDrain(Deadline end) implements ParallelSteps.Step<ConnectionTracker> {

        @Override
        public StepResult run(ConnectionTracker tracker) throws InterruptedException {
            Jfr.Span span = Jfr.step(ShutdownPhase.DRAIN.label(), tracker.name());
            return recorded(span, tracker.drain(end.remaining()));
        }
    }

    private List<StepResult> save(ShutdownPhase phase, Duration budget, Consumer<StepResult> onStep) {
        if (components.checkpoints().isEmpty()) {
            return List.of();
        }
        return ParallelSteps.run("save", components.checkpoints(), onStep, new StateSave(phase, budget));
    }

    private record StateSave(ShutdownPhase phase, Duration budget) implements ParallelSteps.Step<Checkpoint<?>> {

        @Override
        public StepResult run(Checkpoint<?> checkpoint) throws InterruptedException {
            Jfr.Span span = Jfr.step(phase.label(), checkpoint.name());
            return recorded(
                    span, phase == ShutdownPhase.FINAL_SAVE ? checkpoint.finish(budget) : checkpoint.save(budget));
        }
    }

    /** Services and resources record their steps themselves. */
    private static StepResult recorded(Jfr.Span span, StepResult result) {
        span.end(result.outcome().name(), result.detail(), result.unfinishedCount());
        return result;
    }
}
