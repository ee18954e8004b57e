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

/** Asks a check on a thread of its own, so that one that hangs costs its answer and nothing else. */
final class HealthProbe implements AutoCloseable {

    /**
     * What came of asking.
     *
     * @param healthy whether the check said so, in time
     * @param problem why it is not, for people; empty if it is
     */
    record Answer(boolean healthy, String problem) {}

    private static final Answer HEALTHY = new Answer(true, "");
    private static final Answer FAILED = new Answer(false, "the health check failed");

    private final BooleanSupplier check;
    private final Ticker ticker;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Numbers the questions; the answer is to the last one if both numbers are the same. */
    private long asked;

    private long answered;
    private Answer answer = HEALTHY;
    private boolean closed;

    HealthProbe(BooleanSupplier check, Ticker ticker) {
        this.check = check;
        this.ticker = ticker;
        thread = NamedThreads.daemon("systemd-health", this::work);
        thread.start();
    }

    /**
     * Asks once; never asks a second time while an earlier answer is due, but waits for that first. Once closed, all is
     * well.
     */
    Answer ask(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            Deadline deadline = Deadline.after(ticker, patience);
            awaitIdle(deadline);
            if (asked == answered) {
                asked++;
                changed.signalAll();
                awaitIdle(deadline);
            }
            return closed ? HEALTHY : asked == answered ? answer : late(patience);
        } finally {
            lock.unlock();
        }
    }

    private void awaitIdle(Deadline deadline) throws InterruptedException {
        while (asked != answered && !closed && !deadline.isExpired()) {
            ticker.await(lock, changed, deadline.remainingNanos());
        }
    }

    private Answer late(Duration patience) {
        StringBuilder text = new StringBuilder("the health check has not answered within ");
        text.append(Durations.text(patience)).append(", it stands");
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append(System.lineSeparator()).append("        at ").append(frame);
        }
        return new Answer(false, text.toString());
    }

    private void work() {
        while (awaitQuestion()) {
            boolean unused = Thread.interrupted(); // a check may have left one behind
            answer(run());
        }
    }

    private boolean awaitQuestion() {
        lock.lock();
        try {
            while (asked == answered && !closed) {
                changed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("CatchThrowable") // whatever it throws, it is not well
    private Answer run() {
        try {
            return check.getAsBoolean() ? HEALTHY : new Answer(false, "the health check says no");
        } catch (Throwable t) {
            return failed(t);
        }
    }

    private static Answer failed(Throwable failure) {
        try {
            return new Answer(false, "the health check failed: " + OneLine.of(failure));
        } catch (Throwable noMemory) {
            return FAILED;
        }
    }

    private void answer(Answer given) {
        lock.lock();
        try {
            answer = given;
            answered = asked;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the thread, once a check that runs has returned. It is not interrupted, since that would close a channel which
     * the application uses as well.
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
