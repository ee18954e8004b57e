package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.HealthCheck.Result;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.Ticker;

/**
 * A health check with its limit and latest result. At most one thread runs it at any time, no matter how many callers ask
 * and how long it hangs.
 *
 * <p>Invariants, guarded by {@code lock}: {@code worker} is the running thread, or null; {@code deadline} is its deadline;
 * {@code latest} is the result of the last completed run, valid until {@code freshUntil}.
 */
final class NamedHealthCheck {

    private final String name;
    private final HealthCheck check;
    private final Duration limit;
    private final Duration maxAge;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private @Nullable Thread worker;
    private Deadline deadline;
    private long startedAt;
    private @Nullable Result latest;
    private Deadline freshUntil;

    NamedHealthCheck(String name, HealthCheck check, Duration limit, Duration maxAge, Ticker ticker) {
        this.name = name;
        this.check = check;
        this.limit = limit;
        this.maxAge = maxAge;
        this.ticker = ticker;
        this.deadline = Deadline.after(ticker, limit);
        this.freshUntil = Deadline.after(ticker, Duration.ZERO);
    }

    String name() {
        return name;
    }

    /** Starts a run, unless one is in progress or the latest result is still valid. */
    void refresh() {
        lock.lock();
        try {
            if (worker != null || (latest != null && !freshUntil.isExpired())) {
                return;
            }
            startedAt = ticker.nanoTime();
            deadline = Deadline.after(ticker, limit);
            Thread thread = NamedThreads.daemon("health-" + name, this::run);
            worker = thread;
            try {
                thread.start();
            } catch (OutOfMemoryError noThread) {
                finish(false, "cannot create thread");
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        boolean healthy = false;
        String detail = "answered no";
        try {
            healthy = check.isHealthy();
        } catch (Throwable failure) {
            detail = OneLine.of(failure);
        }
        lock.lock();
        try {
            finish(healthy, detail);
        } finally {
            lock.unlock();
        }
    }

    private void finish(boolean healthy, String detail) {
        boolean late = deadline.isExpired();
        String why = healthy && late ? "answered after its limit of " + Durations.text(limit) : detail;
        latest = new Result(name, healthy && !late, healthy && !late ? "" : why, elapsed());
        freshUntil = Deadline.after(ticker, maxAge);
        worker = null;
        ended.signalAll();
    }

    /** Returns the result of the run in progress if it completes in time, otherwise the latest one. */
    Result await() {
        lock.lock();
        try {
            while (worker != null && !deadline.isExpired()) {
                ticker.await(lock, ended, deadline.remainingNanos());
            }
            Thread hanging = worker;
            if (hanging != null) {
                hanging.interrupt();
                return new Result(name, false, "no answer within " + Durations.text(limit), elapsed());
            }
            return latest();
        } catch (InterruptedException meantForTheCaller) {
            Thread.currentThread().interrupt();
            return new Result(name, false, "the thread that asked was interrupted", elapsed());
        } finally {
            lock.unlock();
        }
    }

    /** Whether the latest result is unhealthy; does not run the check. */
    boolean isKnownUnhealthy() {
        lock.lock();
        try {
            boolean hangs = worker != null && deadline.isExpired();
            return hangs || (latest != null && !latest.healthy());
        } finally {
            lock.unlock();
        }
    }

    private Result latest() {
        Result known = latest;
        return known == null ? new Result(name, false, "not asked yet", Duration.ZERO) : known;
    }

    private Duration elapsed() {
        return ticker.since(startedAt);
    }
}
