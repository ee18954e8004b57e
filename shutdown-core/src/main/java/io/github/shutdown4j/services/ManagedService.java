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
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.services.ServicePolicy.Reaction;
import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * One service of a group and what is known about it. Everything that changes is guarded by the groupState's lock, and all
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

    private final ServiceGroupState groupState;
    private final StopProgress stop;
    private ServiceState state = ServiceState.WAITING;
    private boolean settled;
    private boolean wasReady;
    private long startedAt;
    private long readyAt;
    private long endedAt;
    private @Nullable Deadline readyBy;
    private @Nullable Thread thread;
    private @Nullable ServiceRun run;
    private @Nullable Throwable failure;
    private @Nullable Throwable lastFailure;

    ManagedService(String name, Service service, ServicePolicy policy, ServiceGroupState groupState) {
        this.name = name;
        this.service = service;
        this.policy = policy;
        this.groupState = groupState;
        this.stop = new StopProgress(groupState.ticker);
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

    boolean isStopRequested() {
        return stop.isRequested();
    }

    boolean isInterrupted() {
        return stop.isInterrupted();
    }

    /** Whether a run of it has been ready. */
    boolean wasReady() {
        return wasReady;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Whether nothing of it is at work, nor will be once the group is stopping. */
    boolean isOver() {
        return !state.hasThread() && !stop.hasOpenCallbacks();
    }

    boolean isRunBy(Thread candidate) {
        return state.hasThread() && thread == candidate;
    }

    Duration sinceStart() {
        return groupState.ticker.since(startedAt);
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
        return state == ServiceState.READY ? groupState.ticker.since(readyAt) : Duration.ZERO;
    }

    // the transitions

    void starts(Thread starting, Deadline mustBeReadyBy) {
        thread = starting;
        readyBy = mustBeReadyBy;
        startedAt = groupState.ticker.nanoTime();
        state = ServiceState.STARTING;
    }

    void runs(ServiceRun begun) {
        run = begun;
        state = ServiceState.STARTING;
    }

    /** Returns whether that is actions: the run is the present one, for the first time, and nobody has stop.isRequested() it to stop. */
    boolean becomesReady(ServiceRun by) {
        if (run != by || state != ServiceState.STARTING) {
            return false;
        }
        state = ServiceState.READY;
        readyAt = groupState.ticker.nanoTime();
        wasReady = true;
        settle();
        return true;
    }

    void settle() {
        settled = true;
        groupState.changed.signalAll();
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
        groupState.changed.signalAll();
    }

    void fails(Throwable thrown) {
        failure = Failures.join(failure, thrown);
    }

    /** The thread is about to end. */
    void ends(boolean completed) {
        state = failure == null ? ServiceState.ENDED : ServiceState.FAILED;
        endedAt = groupState.ticker.nanoTime();
        thread = null;
        wasReady |= completed && !stop.isRequested();
        if (!stop.isRequested() && (failure == null || isOptional())) {
            settled = true;
        }
        groupState.changed.signalAll();
    }

    /** The group was stopped before the thread came to the first run, or to the next. */
    void endsWithoutRun() {
        ends(false);
        if (lastFailure == null) {
            state = ServiceState.WAITING;
        }
    }

    /** Asks it to stop, once; returns the callbacks, which are open until {@link #callbacksEnd}. */
    List<CheckedRunnable> requestStop() {
        if (stop.isRequested()) {
            return List.of();
        }
        stop.request(name, run != null);
        List<CheckedRunnable> callbacks = List.of();
        if (run != null) {
            state = ServiceState.STOPPING;
            callbacks = run.stop();
        }
        if (!callbacks.isEmpty()) {
            stop.callbacksBegin();
        }
        groupState.changed.signalAll();
        return callbacks;
    }

    void callbacksRunOn(Thread caller) {
        stop.callbacksRunOn(caller);
    }

    void callbacksEnd() {
        stop.callbacksEnd();
        endedAt = groupState.ticker.nanoTime();
        groupState.changed.signalAll();
    }

    /** Notes that it is being interrupted; returns the threads to interrupt. */
    List<Thread> interrupt() {
        return stop.interrupt(thread);
    }

    /** One of its threads is inside System.exit, and does not come back. */
    void exits(Throwable where) {
        stop.exits();
        fails(where);
        groupState.changed.signalAll();
    }

    boolean isExiting() {
        return stop.isExiting();
    }

    // what others want to know

    /** What of it is at work; take the stacks without the lock. */
    List<RunningThread> runningThreads() {
        List<RunningThread> found = new ArrayList<>();
        boolean requested = stop.isRequested();
        Duration age = groupState.ticker.since(requested ? stop.requestedAt() : startedAt);
        if (state.hasThread() && thread != null) {
            String waiting = groupState.isStopping() && !requested ? ", waiting for its turn to stop" : "";
            found.add(new RunningThread("service '" + name + "'" + waiting, requested, age, thread));
        }
        Thread callbacks = stop.callbackThread();
        if (callbacks != null) {
            found.add(new RunningThread("stop callbacks of service '" + name + "'", requested, age, callbacks));
        }
        return found;
    }

    /** A thread at work for a service, and for how long. */
    record RunningThread(String name, boolean stopRequested, Duration age, Thread thread) {

        List<UnfinishedWork> snapshots() {
            return UnfinishedWork.withLockOwner(name, age, thread);
        }
    }

    /** The result of its stop, once it is over or abandoned. */
    StepResult result(long stopBegan, List<UnfinishedWork> abandoned) {
        StepResult result = newResult(stopBegan, abandoned);
        stop.record(result);
        return result;
    }

    private StepResult newResult(long stopBegan, List<UnfinishedWork> abandoned) {
        boolean left = !abandoned.isEmpty();
        Duration startedAfter = stop.requestedAfter(stopBegan);
        Duration elapsed = stop.elapsed(left ? groupState.ticker.nanoTime() : endedAt);
        if (failure != null) {
            Outcome outcome = !isOptional() ? Outcome.FAILED : left ? Outcome.TIMED_OUT : Outcome.DONE;
            return new StepResult(
                    name,
                    outcome,
                    startedAfter,
                    elapsed,
                    OneLine.of(failure),
                    Optional.of(failure),
                    abandoned,
                    abandoned.size());
        }
        if (left) {
            return StepResult.timedOut(name, startedAfter, elapsed, "still running; abandoned", abandoned);
        }
        if (state == ServiceState.WAITING) {
            return StepResult.done(name, startedAfter, Duration.ZERO, "was not started");
        }
        if (stop.isInterrupted()) {
            return StepResult.timedOut(name, startedAfter, elapsed, "ended only when it was interrupted", List.of());
        }
        return StepResult.done(name, startedAfter, elapsed, detail());
    }

    private String detail() {
        String last = lastFailure == null ? "" : "; its last failure: " + OneLine.of(lastFailure);
        if (!wasReady) {
            return "had not become ready" + last;
        }
        if (stop.wasRunningAtRequest()) {
            return "";
        }
        return last.isEmpty() ? "had ended before" : "was not running" + last;
    }

    @Override
    public String toString() {
        return name;
    }
}
