package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in order, one at a time, on a daemon thread that exists only while there are tasks, for the linger time
 * afterwards, and while it is retained. A task that throws is logged. A task that blocks delays all later tasks; use
 * {@link CallbackExecutor} where that must not happen.
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
    private boolean retained;
    private boolean dismissed;
    /** Not guarded: written by the one who has set {@code hasThread}. */
    private volatile boolean lacksThread;

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
            lacksThread = false;
        } catch (OutOfMemoryError noThread) {
            if (!lacksThread) { // at a limit of threads, each of many tasks comes here
                lacksThread = true;
                log.warn("cannot create a thread, running on the caller's", noThread);
            }
            runOnCallersThread();
        }
    }

    /** Waits until no task is queued or running, or the deadline has passed; returns whether the executor is idle. */
    public boolean awaitIdle(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!isIdle() && !deadline.isExpired()) {
                ticker.awaitOrPause(lock, idle, deadline.remainingNanos());
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

    /** Makes the thread wait for further tasks until {@link #dismiss}, for a time with many tasks at short intervals. */
    public void retainThread() {
        lock.lock();
        try {
            retained = true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait of the thread for further tasks, since none is expected. A later task is run nevertheless. */
    public void dismiss() {
        lock.lock();
        try {
            retained = false;
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
            for (Runnable work = nextOrPause(true); work != null; work = nextOrPause(true)) {
                SerialExecutor.this.run(work);
                Thread.interrupted(); // do not pass an interrupt on to the next task
            }
        }
    }

    private void runOnCallersThread() {
        for (Runnable work = nextOrPause(false); work != null; work = nextOrPause(false)) {
            run(work);
        }
    }

    /** Returns the next task, however long it takes until there is enough memory for that: nobody else runs the tasks. */
    private @Nullable Runnable nextOrPause(boolean waitsForMore) {
        while (true) {
            try {
                return next(waitsForMore);
            } catch (RuntimeException | Error tooLittleMemory) {
                Ticker.pause();
            }
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (Throwable failure) {
            logFailure(failure);
        }
    }

    private void logFailure(Throwable failure) {
        try {
            log.warn("failed, continuing", failure);
        } catch (VirtualMachineError tooLittleMemory) {
            // Even the literal needs some when it is first used.
        }
    }

    private @Nullable Runnable next(boolean waitsForMore) {
        lock.lock();
        try {
            running = false;
            if (queue.isEmpty()) {
                idle.signalAll();
                if (waitsForMore) {
                    awaitMore();
                }
            }
            Runnable work = queue.poll();
            running = work != null;
            hasThread = running;
            return work;
        } finally {
            lock.unlock();
        }
    }

    private void awaitMore() {
        try {
            while (queue.isEmpty() && retained) {
                Ticker.awaitOrPause(lock, added);
            }
            if (linger.isZero()) {
                return;
            }
            Deadline end = Deadline.after(ticker, linger);
            while (queue.isEmpty() && !dismissed && !end.isExpired()) {
                ticker.awaitOrPause(lock, added, end.remainingNanos());
            }
        } catch (InterruptedException | RuntimeException | Error unexpected) {
            // An interrupt of this library thread, or too little memory to wait, only ends it early.
        }
    }
}
