package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;

/**
 * Runs tasks that may be slow or block for ever, without letting one hold up the others.
 *
 * <p>Quick tasks share a thread. While any are left waiting, a dispatcher doubles the number of threads every ten
 * milliseconds, so a thousand tasks that block are all running after a tenth of a second. Without tasks there is no
 * thread. All threads are daemons.
 */
final class NoticeThreads implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionTracker.class);
    private static final Duration PATIENCE = Duration.ofMillis(10);

    private final String name;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    // Guarded by the lock.
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean dispatching;
    private int workers;

    NoticeThreads(String name, Ticker ticker) {
        this.name = name;
        this.ticker = ticker;
    }

    /** @param task must not throw */
    @Override
    public void execute(Runnable task) {
        lock.lock();
        try {
            queue.add(task);
            if (!dispatching) {
                dispatching = start("dispatcher", this::dispatch);
            }
        } finally {
            lock.unlock();
        }
    }

    private void dispatch() {
        lock.lock();
        try {
            while (!queue.isEmpty()) {
                for (int more = Math.min(Math.max(1, workers), queue.size()); more > 0; more--) {
                    if (start("notice", this::work)) {
                        workers++;
                    }
                }
                ticker.await(lock, emptied, PATIENCE.toNanos());
            }
        } catch (InterruptedException e) {
            // Nobody has reason to interrupt this thread; those that work go on.
            Thread.currentThread().interrupt();
        } finally {
            dispatching = false;
            lock.unlock();
        }
    }

    private void work() {
        for (Runnable task = next(); task != null; task = next()) {
            task.run();
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
            LOG.warn("tracker '{}': no thread for onDrain callbacks, {} are waiting", name, queue.size(), failure);
            return false;
        }
    }
}
