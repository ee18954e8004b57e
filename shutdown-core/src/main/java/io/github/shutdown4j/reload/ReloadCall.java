package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Interrupter;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** One call of a reload subscriber, on a separate thread that is abandoned when its time limit has elapsed. */
final class ReloadCall {

    private final String name;
    private final Ticker ticker;
    private final long startedAt;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    // guarded by lock
    private boolean finished;
    private @Nullable Throwable failure;

    ReloadCall(String name, CheckedRunnable action, Ticker ticker) {
        this.name = name;
        this.ticker = ticker;
        this.startedAt = ticker.nanoTime();
        this.thread = NamedThreads.daemon("reload-" + name, () -> end(call(action)));
    }

    /** Starts the call and waits until it ends, at most for {@code limit}. */
    StepResult run(Duration startedAfter, Duration limit) {
        Deadline deadline = Deadline.after(ticker, limit);
        try {
            thread.start();
        } catch (Throwable noThread) {
            end(noThread);
        }
        boolean inTime = awaitEnd(deadline);
        if (!inTime) {
            UnfinishedWork unfinished = UnfinishedWork.of(name, age(), thread);
            Interrupter.interrupt(List.of(thread), Reloader.LOG);
            return StepResult.timedOut(name, startedAfter, age(), "interrupted and abandoned", List.of(unfinished));
        }
        Throwable thrown = failure();
        return thrown == null
                ? StepResult.done(name, startedAfter, age(), "")
                : StepResult.failed(name, startedAfter, age(), thrown);
    }

    boolean isFinished() {
        lock.lock();
        try {
            return finished;
        } finally {
            lock.unlock();
        }
    }

    /** This call, if it has not ended. */
    Optional<UnfinishedWork> unfinished() {
        return isFinished() ? Optional.empty() : Optional.of(UnfinishedWork.of("reload '" + name + "'", age(), thread));
    }

    Duration age() {
        return ticker.since(startedAt);
    }

    private boolean awaitEnd(Deadline deadline) {
        boolean interrupted = false;
        lock.lock();
        try {
            while (!finished && !deadline.isExpired()) {
                try {
                    ticker.await(lock, ended, deadline.remainingNanos());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return finished;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    private void end(@Nullable Throwable thrown) {
        lock.lock();
        try {
            finished = true;
            failure = thrown;
            ended.signal();
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Throwable call(CheckedRunnable action) {
        try {
            action.run();
            return null;
        } catch (Throwable t) {
            return t;
        }
    }
}
