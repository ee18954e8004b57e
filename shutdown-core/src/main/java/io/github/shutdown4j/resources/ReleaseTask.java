package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/** The release of one resource: start, limit, outcome. Guarded by the lock of the scheduler. */
final class ReleaseTask {

    /** The maximum time between the interrupt and the abandoning of a resource; otherwise a tenth of the limit. */
    private static final long INTERRUPT_GRACE_NANOS = 100_000_000L;

    private static final long FOREVER_NANOS = Long.MAX_VALUE / 4;

    enum State {
        WAITING,
        RUNNING,
        ENDED,
        ABANDONED,
        SKIPPED
    }

    /** The result of the call of the resource. */
    record CallResult(@Nullable Throwable failure, String failureText, boolean isBareInterruption, String summary) {}

    private final Resource resource;
    private final String name;
    private final long ownLimit;
    private final long releaseStartedAt;

    private State state = State.WAITING;
    private boolean interrupted;
    /** Written under the lock, read without it for snapshots, which may be slightly outdated. */
    private volatile @Nullable Thread thread;

    private long startedAt;
    private long limit;
    private long endedAt;
    private @Nullable Throwable failure;
    private String detail = "";
    private List<UnfinishedWork> stackAtTimeout = List.of();
    private @Nullable StepResult result;
    private Jfr.@Nullable Span span;

    ReleaseTask(ResourceRegistration registration, long releaseStartedAt) {
        this.resource = registration.resource();
        this.name = registration.name();
        this.ownLimit = Math.min(TimeUnit.NANOSECONDS.convert(registration.limit()), FOREVER_NANOS);
        this.releaseStartedAt = releaseStartedAt;
    }

    // Before the start

    String name() {
        return name;
    }

    /** The time until the interrupt if {@code available} is left including the grace after it. */
    long limitWithin(long available) {
        return Math.min(ownLimit, available - interruptGrace(available));
    }

    void start(Thread worker, long now, long available) {
        span = Jfr.step(ShutdownPhase.RELEASE.label(), name);
        state = State.RUNNING;
        thread = worker;
        startedAt = now;
        limit = limitWithin(available);
    }

    void skip(long now, String why) {
        state = State.SKIPPED;
        span = Jfr.step(ShutdownPhase.RELEASE.label(), name);
        startedAt = now;
        endedAt = now;
        detail = why;
    }

    // While it runs

    /** Calls the resource, on the worker's thread with no lock held. Never throws. */
    CallResult run() {
        Throwable failure = null;
        try {
            resource.release();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        while (true) {
            try {
                return resultOf(failure);
            } catch (VirtualMachineError tooLittleMemory) {
                Ticker.pause();
            }
        }
    }

    private CallResult resultOf(@Nullable Throwable failure) {
        String text = failure == null ? "" : OneLine.of(failure);
        boolean bare = isBareInterruption(failure);
        String summary;
        try {
            summary = OneLine.of(resource.summary());
        } catch (Throwable thrown) {
            summary = "summary() threw ".concat(OneLine.of(thrown));
        }
        return new CallResult(failure, text, bare, summary);
    }

    /** Whether the exception says no more than that the thread was interrupted, as that of {@code Thread.sleep}. */
    private static boolean isBareInterruption(@Nullable Throwable thrown) {
        if (!(thrown instanceof InterruptedException)) {
            return false;
        }
        String message;
        try {
            message = thrown.getMessage();
        } catch (Throwable fromGetMessage) {
            return false;
        }
        return message == null || message.equals("sleep interrupted");
    }

    private static String joined(String first, String second) {
        return first.isEmpty() ? second : second.isEmpty() ? first : first + "; " + second;
    }

    boolean isRunning() {
        return state == State.RUNNING;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    void markInterrupted() {
        interrupted = true;
    }

    /** The time at which the task must be interrupted or, if it was interrupted, abandoned. */
    long dueAt() {
        return startedAt + limit + (interrupted ? interruptGrace(limit) : 0);
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    /** The stack of the task, or those of the tasks that it waits for, and the owner of a lock that it waits for. */
    List<UnfinishedWork> snapshots(long now, boolean withStack) {
        Thread worker = thread;
        String what = "resource '" + name + "'";
        Duration age = Duration.ofNanos(now - startedAt);
        if (worker == null) {
            return List.of(UnfinishedWork.of(what, age, null));
        }
        if (!withStack) {
            return List.of(new UnfinishedWork(what, age, Optional.of(worker.getName()), List.of()));
        }
        List<UnfinishedWork> all = new ArrayList<>();
        if (resource instanceof TaskHolder holder) {
            for (UnfinishedWork task : holder.tasks()) {
                all.add(new UnfinishedWork("task of " + what, age, task.thread(), task.stack()));
            }
        }
        return all.isEmpty() ? UnfinishedWork.withLockOwner(what, age, worker) : List.copyOf(all);
    }

    private static long interruptGrace(long nanos) {
        return Math.min(INTERRUPT_GRACE_NANOS, nanos / 10);
    }

    // After the end

    void end(long now, CallResult result) {
        detail = interrupted && result.isBareInterruption()
                ? result.summary()
                : joined(result.failureText(), result.summary());
        state = State.ENDED; // after what needs memory, so that it can be repeated
        endedAt = now;
        thread = null;
        failure = result.failure();
        record(interrupted ? Outcome.TIMED_OUT : failure != null ? Outcome.FAILED : Outcome.DONE, detail);
    }

    void abandon(long now) {
        state = State.ABANDONED;
        endedAt = now;
    }

    boolean isAbandoned() {
        return state == State.ABANDONED;
    }

    long abandonedAt() {
        return endedAt;
    }

    void stackAtTimeout(List<UnfinishedWork> where) {
        stackAtTimeout = where;
    }

    void markExiting(StackTraceElement[] where) {
        IllegalStateException exit = new IllegalStateException(
                "called System.exit while it was released; exit never returns, so it was abandoned");
        exit.setStackTrace(where);
        failure = exit;
        detail = OneLine.of(exit);
    }

    /** The step of the report, created once. */
    StepResult result() {
        if (result == null) {
            result = newResult();
            record(result.outcome(), result.detail());
        }
        return result;
    }

    /** Called once, by the thread that did the work, or by the one that abandons it. */
    private void record(Outcome outcome, String what) {
        Jfr.Span open = span;
        span = null;
        try {
            if (open != null) {
                open.end(outcome.name(), what, state == State.ABANDONED ? 1 : 0);
            }
        } catch (VirtualMachineError tooLittleMemory) {
            // The event is lost, the result is not.
        }
    }

    private StepResult newResult() {
        if (state == State.WAITING || state == State.RUNNING) {
            return StepResult.skipped(name, Duration.ZERO, "the release ended early");
        }
        Duration after = Duration.ofNanos(startedAt - releaseStartedAt);
        Duration elapsed = Duration.ofNanos(endedAt - startedAt);
        Optional<Throwable> thrown = Optional.ofNullable(failure);
        if (state == State.SKIPPED) {
            return StepResult.skipped(name, after, detail);
        }
        if (state == State.ABANDONED && failure == null) {
            String how = "ignored an interrupt after " + limitText() + "; abandoned";
            return StepResult.timedOut(name, after, elapsed, how, stackAtTimeout, unfinishedCount());
        }
        if (state == State.ENDED && interrupted) {
            String how = joined("interrupted after " + limitText() + "; ended then", detail);
            return new StepResult(
                    name, Outcome.TIMED_OUT, after, elapsed, how, thrown, stackAtTimeout, unfinishedCount());
        }
        return failure == null
                ? StepResult.done(name, after, elapsed, detail)
                : new StepResult(name, Outcome.FAILED, after, elapsed, detail, thrown, List.of(), 0);
    }

    /** The number of unfinished items, which may exceed the number of those that are shown. */
    private long unfinishedCount() {
        int tasks = resource instanceof TaskHolder holder ? holder.taskCount() : 0;
        return Math.max(tasks, stackAtTimeout.size());
    }

    private String limitText() {
        String text = Durations.text(Duration.ofNanos(limit));
        return limit == ownLimit ? "its limit of " + text : text + ", all the time that was left for it";
    }
}
