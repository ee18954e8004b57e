package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in order, one at a time, on a daemon thread that exists only while there is something to run and for the
 * linger time afterwards. A task that throws is logged. One that blocks holds up those behind it; where that must not
 * happen, use {@link CallbackExecutor}.
 *
 * <p>Invariants, guarded by {@code lock}:
 *
 * <ol>
 *   <li>{@code hasThread} is true from the moment a thread is started until that thread has decided to end.
 *   <li>If {@code hasThread} is false, the queue is empty and nothing runs.
 * </ol>
 */
public final class SerialExecutor implements Executor {

    private final String name;
    private final ComponentLogger log;
    private final Ticker ticker;
    private final Duration linger;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Condition added = lock.newCondition();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean hasThread;
    private boolean running;
    private boolean dismissed;

    /**
     * An executor whose thread ends with the last task.
     *
     * @param name of the thread
     * @param log where a task that throws is logged
     */
    public SerialExecutor(String name, ComponentLogger log, Ticker ticker) {
        this(name, log, ticker, Duration.ZERO);
    }

    /** An executor whose thread waits for {@code linger} for another task before it ends. */
    public SerialExecutor(String name, ComponentLogger log, Ticker ticker, Duration linger) {
        this.name = name;
        this.log = log;
        this.ticker = ticker;
        this.linger = linger;
    }

    /** Runs the task after all that came before; returns at once. */
    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            queue.add(task);
            dismissed = false;
            if (hasThread) {
                added.signal();
                return;
            }
            hasThread = true;
        } finally {
            lock.unlock();
        }
        try {
            NamedThreads.daemon(name, () -> runAll(linger)).start();
        } catch (OutOfMemoryError noThread) {
            log.warn("cannot create a thread, running on the caller's", noThread);
            runAll(Duration.ZERO);
        }
    }

    /** Waits until no task is queued or running, or the deadline has passed; returns whether it is idle. */
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

    /** As {@link #awaitIdle}, for a thread of the library that has nothing to pass an interrupt on to. */
    public boolean awaitIdleUninterruptibly(Deadline deadline) {
        while (true) {
            try {
                return awaitIdle(deadline);
            } catch (InterruptedException ignored) {
                // The deadline bounds the wait.
            }
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
                log.warn("failed, continuing", failure);
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
            hasThread = running;
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
