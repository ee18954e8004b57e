package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.services.ServicePolicy.Reaction;
import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * One service of a group and what is known about it. Everything that changes is guarded by the board's lock, and all
 * methods but the accessors of final fields are called with it held.
 *
 * <ol>
 *   <li>The state has a thread exactly from {@link #starts} to {@link #ends}.
 *   <li>{@code run} is there exactly while the user's code runs.
 *   <li>{@code settled} never turns false again: this service no longer holds up the group's readiness.
 *   <li>{@code failure} is the first failure that was final; later ones are suppressed in it.
 * </ol>
 */
final class ManagedService {

    final String name;
    final Service service;
    final ServicePolicy policy;
    /** Both complete before the group is built, and unchanged since. */
    final List<ManagedService> dependencies = new ArrayList<>();

    final List<ManagedService> dependants = new ArrayList<>();

    private final ServiceGroupState board;
    private ServiceState state = ServiceState.WAITING;
    private boolean settled;
    private boolean wasReady;
    private boolean told;
    private boolean exiting;
    private boolean runningWhenTold;
    private boolean interrupted;
    private boolean callbacksOpen;
    private long startedAt;
    private long readyAt;
    private long toldAt;
    private Jfr.@Nullable Span span;
    private long endedAt;
    private @Nullable Deadline readyBy;
    private @Nullable Thread thread;
    private @Nullable Thread callbackThread;
    private @Nullable ServiceRun run;
    private @Nullable Throwable failure;
    private @Nullable Throwable lastFailure;

    ManagedService(String name, Service service, ServicePolicy policy, ServiceGroupState board) {
        this.name = name;
        this.service = service;
        this.policy = policy;
        this.board = board;
    }

    boolean isOptional() {
        return policy.onFailure() == Reaction.CONTINUE;
    }

    ServiceState state() {
        return state;
    }

    boolean isSettled() {
        return settled;
    }

    boolean isTold() {
        return told;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Whether nothing of it is at work, nor will be once the group is stopping. */
    boolean isOver() {
        return !state.hasThread() && !callbacksOpen;
    }

    boolean isRunBy(Thread candidate) {
        return state.hasThread() && thread == candidate;
    }

    Duration sinceStart() {
        return board.ticker.since(startedAt);
    }

    /** In nanoseconds, until it must be ready. */
    long startTimeLeft() {
        return readyBy == null ? Long.MAX_VALUE : readyBy.remainingNanos();
    }

    /** Says that it is not ready in time; the stack is that of its thread. */
    Exception late(Duration startTimeout) {
        TimeoutException late = new TimeoutException("service '" + name + "' was not ready within "
                + Durations.text(startTimeout) + (state == ServiceState.RESTARTING ? ", waiting to be restarted" : ""));
        if (thread != null) {
            late.setStackTrace(thread.getStackTrace());
        }
        if (lastFailure != null) {
            late.initCause(lastFailure);
        }
        return late;
    }

    /** How long the present run has been ready; zero if it is not. */
    Duration readyFor() {
        return state == ServiceState.READY ? board.ticker.since(readyAt) : Duration.ZERO;
    }

    // the transitions

    void starts(Thread starting, Deadline mustBeReadyBy) {
        thread = starting;
        readyBy = mustBeReadyBy;
        startedAt = board.ticker.nanoTime();
        state = ServiceState.STARTING;
    }

    void runs(ServiceRun begun) {
        run = begun;
        state = ServiceState.STARTING;
    }

    /** Returns whether that is news: the run is the present one, for the first time, and nobody has told it to stop. */
    boolean becomesReady(ServiceRun by) {
        if (run != by || state != ServiceState.STARTING) {
            return false;
        }
        state = ServiceState.READY;
        readyAt = board.ticker.nanoTime();
        wasReady = true;
        settle();
        return true;
    }

    void settle() {
        settled = true;
        board.changed.signalAll();
    }

    /** The user's code has returned or thrown. */
    void runIsOver() {
        if (run != null) {
            run.stop();
            run = null;
        }
    }

    /** It is late, and the others can do without it. */
    void isNotWaitedFor(Throwable late) {
        lastFailure = late;
        settle();
    }

    void waitsForRestart(Throwable thrown) {
        lastFailure = thrown;
        state = ServiceState.RESTARTING;
        board.changed.signalAll();
    }

    void fails(Throwable thrown) {
        failure = Failures.join(failure, thrown);
    }

    /** The thread is about to end. */
    void ends(boolean completed) {
        state = failure == null ? ServiceState.ENDED : ServiceState.FAILED;
        endedAt = board.ticker.nanoTime();
        thread = null;
        wasReady |= completed && !told;
        if (!told && (failure == null || isOptional())) {
            settled = true;
        }
        board.changed.signalAll();
    }

    /** The group was stopped before the thread came to the first run, or to the next. */
    void endsWithoutRun() {
        ends(false);
        if (lastFailure == null) {
            state = ServiceState.WAITING;
        }
    }

    /** Tells it to stop; returns the callbacks, which are open until {@link #callbacksAreOver}. */
    List<CheckedRunnable> tell() {
        if (told) {
            return List.of();
        }
        told = true;
        toldAt = board.ticker.nanoTime();
        runningWhenTold = run != null;
        span = Jfr.step(ShutdownPhase.STOP.label(), name);
        List<CheckedRunnable> callbacks = List.of();
        if (run != null) {
            state = ServiceState.STOPPING;
            callbacks = run.stop();
        }
        callbacksOpen = !callbacks.isEmpty();
        board.changed.signalAll();
        return callbacks;
    }

    void callbacksRunOn(Thread caller) {
        callbackThread = caller;
    }

    void callbacksAreOver() {
        callbacksOpen = false;
        callbackThread = null;
        endedAt = board.ticker.nanoTime();
        board.changed.signalAll();
    }

    /** Notes that it is being interrupted; returns the threads to interrupt. */
    List<Thread> interrupt() {
        interrupted = true;
        List<Thread> threads = new ArrayList<>();
        if (thread != null) {
            threads.add(thread);
        }
        if (callbackThread != null) {
            threads.add(callbackThread);
        }
        return threads;
    }

    /** Its thread is inside System.exit, and does not come back. */
    void exits(Throwable where) {
        exiting = true;
        fails(where);
        board.changed.signalAll();
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    boolean isExiting() {
        return exiting;
    }

    // what others want to know

    /** What of it is at work; take the stacks without the lock. */
    List<AtWork> atWork() {
        List<AtWork> found = new ArrayList<>();
        Duration age = board.ticker.since(told ? toldAt : startedAt);
        if (state.hasThread() && thread != null) {
            String turn = board.isStopping() && !told ? ", whose turn to stop has not come" : "";
            found.add(new AtWork("service '" + name + "'" + turn, told, age, thread));
        }
        if (callbacksOpen && callbackThread != null) {
            found.add(new AtWork("stop callbacks of service '" + name + "'", told, age, callbackThread));
        }
        return found;
    }

    /** A thread at work for a service, and for how long. */
    record AtWork(String name, boolean told, Duration age, Thread thread) {

        UnfinishedWork look() {
            return UnfinishedWork.of(name, age, thread);
        }
    }

    /** What became of it, once it is over or has been given up. */
    StepResult result(long stopBegan, List<UnfinishedWork> leftBehind) {
        StepResult result = newResult(stopBegan, leftBehind);
        if (span != null) {
            span.end(result.outcome().name(), result.detail(), leftBehind.size());
            span = null;
        }
        return result;
    }

    private StepResult newResult(long stopBegan, List<UnfinishedWork> leftBehind) {
        boolean left = !leftBehind.isEmpty();
        Duration startedAfter = runningWhenTold ? between(stopBegan, toldAt) : Duration.ZERO;
        Duration elapsed = runningWhenTold ? between(toldAt, left ? board.ticker.nanoTime() : endedAt) : Duration.ZERO;
        if (failure != null) {
            Outcome outcome = !isOptional() ? Outcome.FAILED : left ? Outcome.TIMED_OUT : Outcome.DONE;
            return new StepResult(
                    name,
                    outcome,
                    startedAfter,
                    elapsed,
                    OneLine.of(failure),
                    Optional.of(failure),
                    leftBehind,
                    leftBehind.size());
        }
        if (left) {
            return StepResult.timedOut(name, startedAfter, elapsed, "still running; left behind", leftBehind);
        }
        if (state == ServiceState.WAITING) {
            return notReady(startedAfter, Duration.ZERO, "was not started");
        }
        if (interrupted) {
            return StepResult.timedOut(name, startedAfter, elapsed, "ended only when it was interrupted", List.of());
        }
        String last = lastFailure == null ? "" : "; its last failure: " + OneLine.of(lastFailure);
        if (!wasReady) {
            return notReady(startedAfter, elapsed, "had not become ready" + last);
        }
        String detail = runningWhenTold ? "" : last.isEmpty() ? "had ended before" : "was not running" + last;
        return StepResult.done(name, startedAfter, elapsed, detail);
    }

    private StepResult notReady(Duration startedAfter, Duration elapsed, String detail) {
        return isOptional()
                ? StepResult.done(name, startedAfter, elapsed, detail)
                : StepResult.skipped(name, startedAfter, detail);
    }

    private static Duration between(long from, long to) {
        return Duration.ofNanos(Math.max(0, to - from));
    }

    @Override
    public String toString() {
        return name;
    }
}
