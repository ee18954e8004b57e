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
 * One service of a group with its state. Mutable fields are guarded by the lock of the group state; all methods except the
 * accessors of final fields are called with it held.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>The service has a thread from {@link #starts} to {@link #ends}.
 *   <li>{@code run} is not null exactly while the user's code runs.
 *   <li>{@code settled} never becomes false again: the readiness of the group no longer depends on this service.
 *   <li>{@code failure} is the first final failure; later ones are suppressed in it.
 * </ol>
 */
final class ManagedService {

    final String name;
    final Service service;
    final ServicePolicy policy;
    /** Both lists are complete when the group is built and do not change afterwards. */
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

    /** Whether the service was ready at least once. */
    boolean wasReady() {
        return wasReady;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Whether none of its threads is running, or will be started while the group stops. */
    boolean isOver() {
        return !state.hasThread() && !stop.hasOpenCallbacks();
    }

    boolean isRunBy(Thread candidate) {
        return state.hasThread() && thread == candidate;
    }

    Duration sinceStart() {
        return groupState.ticker.since(startedAt);
    }

    /** The time in nanoseconds until it must be ready. */
    long startTimeLeft() {
        return readyBy == null ? Long.MAX_VALUE : readyBy.remainingNanos();
    }

    /** Creates the failure of a service that is not ready in time, with the stack trace of its thread. */
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

    /** The time for which the current run has been ready; zero if it is not. */
    Duration readyFor() {
        return state == ServiceState.READY ? groupState.ticker.since(readyAt) : Duration.ZERO;
    }

    // Transitions

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

    /** Returns true if {@code by} is the current run, it was not ready before, and no stop has been requested. */
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

    /** Called when the user's code has returned or thrown. */
    void runIsOver() {
        if (run != null) {
            run.stop();
            run = null;
        }
    }

    /** Called when an optional service is not ready in time. */
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

    /** Called just before the thread ends. */
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

    /** Called if the group was stopped before the first or the next run. */
    void endsWithoutRun() {
        ends(false);
        if (lastFailure == null) {
            state = ServiceState.WAITING;
        }
    }

    /** Requests the stop, once; returns the stop callbacks, which are running until {@link #callbacksEnd}. */
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

    /** Records the interrupt; returns the threads to interrupt. */
    List<Thread> interrupt() {
        return stop.interrupt(thread);
    }

    /** Called if one of its threads has called System.exit, which does not return. */
    void exits(Throwable where) {
        stop.exits();
        fails(where);
        groupState.changed.signalAll();
    }

    boolean isExiting() {
        return stop.isExiting();
    }

    // Queries

    /** The running threads; take their stacks without the lock. */
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

    /** A running thread of a service, and its age. */
    record RunningThread(String name, boolean stopRequested, Duration age, Thread thread) {

        List<UnfinishedWork> snapshots() {
            return UnfinishedWork.withLockOwner(name, age, thread);
        }
    }

    /** The result of the stop, when the service has ended or was abandoned. */
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
