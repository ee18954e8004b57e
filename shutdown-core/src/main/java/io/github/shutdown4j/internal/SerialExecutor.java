package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in order, one at a time, on a daemon thread that exists only while there are tasks and for the linger time
 * afterwards. A task that throws is logged. A task that blocks delays all later tasks; use {@link CallbackExecutor}
 * where that must not happen.
 *
 * <p>Invariants, guarded by {@code lock}:
 *
 * <ol>
 *   <li>{@code hasThread} is true from the start of a thread until that thread has decided to end.
 *   <li>If {@code hasThread} is false, the queue is empty and no task is running.
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
     * Creates an executor whose thread ends with the last task.
     *
     * @param name the name of the thread
     * @param log receives what tasks throw
     */
    public SerialExecutor(String name, ComponentLogger log, Ticker ticker) {
        this(name, log, ticker, Duration.ZERO);
    }

    /** Creates an executor whose thread waits for further tasks for {@code linger} before it ends. */
    public SerialExecutor(String name, ComponentLogger log, Ticker ticker, Duration linger) {
        this.name = name;
        this.log = log;
        this.ticker = ticker;
        this.linger = linger;
    }

    /** Queues the task; returns immediately. */
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
            NamedThreads.daemon(name, new Worker()).start();
        } catch (OutOfMemoryError noThread) {
            log.warn("cannot create a thread, running on the caller's", noThread);
            runOnCallersThread();
        }
    }

    /** Waits until no task is queued or running, or the deadline has passed; returns whether the executor is idle. */
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

    /** As {@link #awaitIdle}, for library threads that have no caller to which an interrupt could be reported. */
    public boolean awaitIdleUninterruptibly(Deadline deadline) {
        while (true) {
            try {
                return awaitIdle(deadline);
            } catch (InterruptedException ignored) {
                // The deadline bounds the wait.
            }
        }
    }

    /** Ends the linger time of the thread, since no further task is expected. */
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

    /** The body of the thread. Not a lambda, which takes a JVM longer, because every shutdown passes here. */
    private final class Worker implements Runnable {

        @Override
        public void run() {
            for (Runnable work = next(linger); work != null; work = next(linger)) {
                SerialExecutor.this.run(work);
                Thread.interrupted(); // do not pass an interrupt on to the next task
            }
        }
    }

    private void runOnCallersThread() {
        for (Runnable work = next(Duration.ZERO); work != null; work = next(Duration.ZERO)) {
            run(work);
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (Throwable failure) {
            log.warn("failed, continuing", failure);
        }
    }

    private @Nullable Runnable next(Duration lingerTime) {
        lock.lock();
        try {
            running = false;
            if (queue.isEmpty()) {
                idle.signalAll();
                awaitMore(lingerTime);
            }
            Runnable work = queue.poll();
            running = work != null;
            hasThread = running;
            return work;
        } finally {
            lock.unlock();
        }
    }

    private void awaitMore(Duration lingerTime) {
        if (lingerTime.isZero()) {
            return;
        }
        try {
            Deadline end = Deadline.after(ticker, lingerTime);
            while (queue.isEmpty() && !dismissed && !end.isExpired()) {
                ticker.await(lock, added, end.remainingNanos());
            }
        } catch (InterruptedException | RuntimeException | Error unexpected) {
            // An interrupt of this library thread, or too little memory to wait, only ends it early.
        }
    }
}
