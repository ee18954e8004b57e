package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Runs foreign code in order, one piece at a time, away from whoever handed it in. Its daemon thread exists only while
 * there is something to run, and for as long afterwards as it is told to linger. A piece that throws is logged; one that
 * blocks holds up what comes behind it; where that must not be, there is {@link CallbackExecutor}.
 *
 * <p>Invariants, guarded by {@code lock}:
 *
 * <ol>
 *   <li>{@code manned} is true from the moment a thread is started until that thread has decided to end.
 *   <li>If {@code manned} is false, the queue is empty and nothing runs.
 * </ol>
 */
public final class SerialExecutor {

    private final String name;
    private final ComponentLogger log;
    private final Ticker ticker;
    private final Duration linger;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Condition added = lock.newCondition();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean manned;
    private boolean running;
    private boolean dismissed;

    /** A queue whose thread ends with the last piece. */
    public SerialExecutor(String name, Ticker ticker) {
        this(name, ticker, Duration.ZERO);
    }

    /** A queue whose thread waits for as long as {@code linger} for more: a thread for each of many pieces is dear. */
    public SerialExecutor(String name, Ticker ticker, Duration linger) {
        this.name = name;
        this.log = new ComponentLogger(SerialExecutor.class, name);
        this.ticker = ticker;
        this.linger = linger;
    }

    /** Hands in a piece of work; returns at once. */
    public void add(Runnable work) {
        lock.lock();
        try {
            queue.add(work);
            dismissed = false;
            if (manned) {
                added.signal();
                return;
            }
            manned = true;
        } finally {
            lock.unlock();
        }
        try {
            NamedThreads.daemon(name, () -> runAll(linger)).start();
        } catch (OutOfMemoryError noThread) {
            log.warn("no thread to be had, running on the caller's", noThread);
            runAll(Duration.ZERO);
        }
    }

    /** Waits until everything handed in so far has run, or the deadline has passed; tells whether it has. */
    public boolean awaitIdle(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!isIdle() && !deadline.isExpired()) {
                ticker.await(lock, idle, deadline.remainingNanos());
            }
            return isIdle();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is expected for now: the thread is not to linger. */
    public void dismiss() {
        lock.lock();
        try {
            dismissed = true;
            added.signal();
        } finally {
            lock.unlock();
        }
    }

    private boolean isIdle() {
        return queue.isEmpty() && !running;
    }

    private void runAll(Duration patience) {
        for (Runnable work = next(patience); work != null; work = next(patience)) {
            try {
                work.run();
            } catch (Throwable failure) {
                log.warn("failed, going on", failure);
            }
        }
    }

    private @Nullable Runnable next(Duration patience) {
        lock.lock();
        try {
            running = false;
            if (queue.isEmpty()) {
                idle.signalAll();
                awaitMore(patience);
            }
            Runnable work = queue.poll();
            running = work != null;
            manned = running;
            return work;
        } finally {
            lock.unlock();
        }
    }

    private void awaitMore(Duration patience) {
        Deadline end = Deadline.after(ticker, patience);
        try {
            while (queue.isEmpty() && !dismissed && !end.isExpired()) {
                ticker.await(lock, added, end.remainingNanos());
            }
        } catch (InterruptedException enough) {
            // A thread of our own: it just ends earlier.
        }
    }
}
