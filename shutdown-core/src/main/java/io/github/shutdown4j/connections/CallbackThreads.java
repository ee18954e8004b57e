package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;

/**
 * Runs tasks that may be slow or block for ever, without letting one hold up the others.
 *
 * <p>Quick tasks share a thread. While any are left waiting, a dispatcher doubles the number of threads every ten
 * milliseconds, so a thousand tasks that block are all running after a tenth of a second. Without tasks there is no
 * thread. All threads are daemons. They are started, and all is logged, with no lock held.
 *
 * <p>While a task is queued, {@code dispatching} is set and a dispatcher is there or being started, unless none could be
 * started or it was interrupted; then the next task tries again. {@code workers} counts those being started too.
 */
final class CallbackThreads implements Executor {

    private static final Duration PATIENCE = Duration.ofMillis(10);

    private final String name;
    private final ComponentLogger log;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    // Guarded by the lock.
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean dispatching;
    private int workers;

    CallbackThreads(String name, Ticker ticker) {
        this.name = name;
        this.log = new ComponentLogger(ConnectionTracker.class, "tracker '" + name + "'");
        this.ticker = ticker;
    }

    /** @param task should not throw, which would end a thread for nothing */
    @Override
    public void execute(Runnable task) {
        boolean first;
        lock.lock();
        try {
            queue.add(task);
            first = !dispatching;
            dispatching = true;
        } finally {
            lock.unlock();
        }
        if (first && !start("dispatcher", this::dispatch)) {
            stopDispatching();
        }
    }

    private void dispatch() {
        try {
            for (int more = claim(); more > 0; more = claim()) {
                for (; more > 0; more--) {
                    if (!start("notice", this::work)) {
                        workerLost();
                    }
                }
                letThemWork();
            }
        } catch (InterruptedException e) {
            // Nobody has reason to interrupt this thread; those that work go on.
            Thread.currentThread().interrupt();
            stopDispatching();
        }
    }

    /** How many more threads to start, already counted; none if nothing is queued, and then no one dispatches. */
    private int claim() {
        lock.lock();
        try {
            if (queue.isEmpty()) {
                dispatching = false;
                return 0;
            }
            int more = Math.min(Math.max(1, workers), queue.size());
            workers += more;
            return more;
        } finally {
            lock.unlock();
        }
    }

    private void letThemWork() throws InterruptedException {
        Deadline end = Deadline.after(ticker, PATIENCE);
        lock.lock();
        try {
            while (!queue.isEmpty() && !end.isExpired()) {
                ticker.await(lock, emptied, end.remainingNanos());
            }
        } finally {
            lock.unlock();
        }
    }

    private void stopDispatching() {
        lock.lock();
        try {
            dispatching = false;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        boolean thrown = true;
        try {
            for (Runnable task = next(); task != null; task = next()) {
                task.run();
            }
            thrown = false;
        } finally {
            if (thrown) {
                workerLost();
            }
        }
    }

    private void workerLost() {
        lock.lock();
        try {
            workers--;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            Runnable task = queue.poll();
            if (task == null) {
                workers--;
            }
            if (queue.isEmpty()) {
                emptied.signalAll();
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    private boolean start(String role, Runnable body) {
        try {
            NamedThreads.daemon(name + "-" + role, body).start();
            return true;
        } catch (Throwable failure) {
            log.warn("no thread for onDrain callbacks, {} are waiting", waiting(), failure);
            return false;
        }
    }

    private int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }
}
