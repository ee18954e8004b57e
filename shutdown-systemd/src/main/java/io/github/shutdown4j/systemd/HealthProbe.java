package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.Ticker;

/**
 * Runs a health check on a separate thread, so that a check that hangs does not block the caller.
 *
 * <p>Invariants, guarded by {@code lock}: a check is running or requested while {@code completed} is less than
 * {@code requested}; {@code result} is that of the last completed check; {@code closed} never becomes false again.
 */
final class HealthProbe implements AutoCloseable {

    private static final String HEALTHY = "";

    private final BooleanSupplier check;
    private final Ticker ticker;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long requested;
    private long completed;

    /** The problem that the check has found; empty if none. */
    private String result = HEALTHY;

    private boolean closed;

    HealthProbe(BooleanSupplier check, Ticker ticker) {
        this.check = check;
        this.ticker = ticker;
        thread = NamedThreads.daemon("systemd-health", this::work);
        thread.start();
    }

    /**
     * Runs the check once, and returns a description of the problem; empty if the check returned true in time. If an earlier
     * run has not ended, waits for its end first, within the same limit. Healthy once closed.
     */
    String check(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            Deadline deadline = Deadline.after(ticker, limit);
            awaitIdle(deadline);
            if (requested == completed) {
                requested++;
                changed.signalAll();
                awaitIdle(deadline);
            }
            return closed ? HEALTHY : requested == completed ? result : late(limit);
        } finally {
            lock.unlock();
        }
    }

    private void awaitIdle(Deadline deadline) throws InterruptedException {
        while (requested != completed && !closed && !deadline.isExpired()) {
            ticker.await(lock, changed, deadline.remainingNanos());
        }
    }

    private String late(Duration limit) {
        StringBuilder text = new StringBuilder("the health check did not return within ");
        text.append(Durations.text(limit)).append("; its stack:");
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append(System.lineSeparator()).append("        at ").append(frame);
        }
        return text.toString();
    }

    private void work() {
        while (awaitRequest()) {
            boolean unused = Thread.interrupted(); // a check may leave an interrupt behind
            complete(run());
        }
    }

    private boolean awaitRequest() {
        lock.lock();
        try {
            while (requested == completed && !closed) {
                Ticker.awaitUninterruptiblyOrPause(lock, changed);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private String run() {
        try {
            return check.getAsBoolean() ? HEALTHY : "the health check returned false";
        } catch (Throwable t) { // any exception means unhealthy
            return failed(t);
        }
    }

    private static String failed(Throwable failure) {
        try {
            return "the health check failed: " + OneLine.of(failure);
        } catch (Throwable noMemory) {
            return "the health check failed";
        }
    }

    private void complete(String found) {
        lock.lock();
        try {
            result = found;
            completed = requested;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the thread as soon as a running check has returned. The check is not interrupted, because that could close a
     * channel that the application uses.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
