package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.List;
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

/** One call of one reload subscriber, on a thread of its own which can be left behind when its time is up. */
final class ReloadCall {

    private final String name;
    private final Ticker ticker;
    private final long startedAt;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    // guarded by lock
    private boolean over;
    private @Nullable Throwable failure;

    ReloadCall(String name, CheckedRunnable action, Ticker ticker) {
        this.name = name;
        this.ticker = ticker;
        this.startedAt = ticker.nanoTime();
        this.thread = NamedThreads.daemon("reload-" + name, () -> end(call(action)));
    }

    /** Starts the call and waits for its end, {@code limit} at most. */
    StepResult run(Duration startedAfter, Duration limit) {
        Deadline deadline = Deadline.after(ticker, limit);
        try {
            thread.start();
        } catch (Throwable noThread) {
            end(noThread);
        }
        boolean inTime = awaitEnd(deadline);
        if (!inTime) {
            UnfinishedWork left = UnfinishedWork.of(name, age(), thread);
            Interrupter.interrupt(List.of(thread), Reloader.LOG);
            return StepResult.timedOut(name, startedAfter, age(), "interrupted and left behind", List.of(left));
        }
        Throwable thrown = failure();
        return thrown == null
                ? StepResult.done(name, startedAfter, age(), "")
                : StepResult.failed(name, startedAfter, age(), thrown);
    }

    boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    Duration age() {
        return ticker.since(startedAt);
    }

    private boolean awaitEnd(Deadline deadline) {
        boolean interrupted = false;
        lock.lock();
        try {
            while (!over && !deadline.isExpired()) {
                try {
                    ticker.await(lock, ended, deadline.remainingNanos());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return over;
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
            over = true;
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
