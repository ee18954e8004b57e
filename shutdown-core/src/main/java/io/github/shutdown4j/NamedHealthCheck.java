package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.HealthCheck.Result;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Interrupter;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.Ticker;

/**
 * A health check with its limit and latest result. At most one thread runs it at any time, regardless of the number of callers
 * and even if it hangs.
 *
 * <p>Invariants, guarded by {@code lock}: {@code worker} is the running thread, or null; {@code deadline} is its deadline;
 * {@code latest} is the result of the last completed run, valid until {@code freshUntil}; {@code interrupted} tells whether
 * a caller has taken over the interrupt of the running thread, which happens once, without the lock.
 */
final class NamedHealthCheck {

    private static final ComponentLogger LOG = new ComponentLogger(ShutdownHealth.class, "health");

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
    private boolean interrupted;
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
            interrupted = false;
            deadline = Deadline.after(ticker, limit);
            Thread thread = NamedThreads.daemon("health-" + name, this::run);
            worker = thread;
            try {
                thread.start();
            } catch (OutOfMemoryError noThread) {
                worker = null; // even if there is too little memory for the result
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
        } catch (RuntimeException | Error tooLittleMemory) { // for the result: the next request runs the check again
            ended();
        } finally {
            lock.unlock();
        }
    }

    private void finish(boolean healthy, String detail) {
        boolean late = deadline.isExpired();
        String why = healthy && late ? "answered after its limit of " + Durations.text(limit) : detail;
        latest = new Result(name, healthy && !late, healthy && !late ? "" : why, elapsed());
        freshUntil = Deadline.after(ticker, maxAge);
        ended();
    }

    private void ended() {
        worker = null;
        ended.signalAll();
    }

    /**
     * Returns the result of the run in progress if it completes in time, otherwise the latest one. A run that does not is
     * interrupted, without waiting for its end.
     */
    Result await() {
        List<Thread> due = new ArrayList<>();
        Result result = await(due);
        Interrupter.interrupt(due, LOG);
        return result;
    }

    private Result await(List<Thread> toInterrupt) {
        lock.lock();
        try {
            while (worker != null && !deadline.isExpired()) {
                ticker.await(lock, ended, deadline.remainingNanos());
            }
            Thread hanging = worker;
            if (hanging != null) {
                if (!interrupted) {
                    interrupted = true;
                    toInterrupt.add(hanging);
                }
                return late();
            }
            return latest();
        } catch (InterruptedException ofTheCaller) {
            Thread.currentThread().interrupt();
            return new Result(name, false, "the requesting thread was interrupted", elapsed());
        } finally {
            lock.unlock();
        }
    }

    /** Returns the latest result without running the check; empty before the first. A run beyond its limit is unhealthy. */
    Optional<Result> latestResult() {
        lock.lock();
        try {
            boolean hangs = worker != null && deadline.isExpired();
            return hangs ? Optional.of(late()) : Optional.ofNullable(latest);
        } finally {
            lock.unlock();
        }
    }

    private Result late() {
        return new Result(name, false, "no answer within " + Durations.text(limit), elapsed());
    }

    private Result latest() {
        Result known = latest;
        return known == null ? new Result(name, false, "not checked yet", Duration.ZERO) : known;
    }

    private Duration elapsed() {
        return ticker.since(startedAt);
    }
}
