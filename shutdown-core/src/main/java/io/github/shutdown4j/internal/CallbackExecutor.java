package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Runs callbacks of strangers one after another on a daemon thread made on demand. One that takes longer than 20 ms
 * keeps its thread, and another thread runs the rest: whoever blocks for ever costs a thread and a moment, not the turn
 * of the others. Without work there is no thread. Where no turn may overtake the one before, there is
 * {@link SerialExecutor}.
 */
public final class CallbackExecutor {

    private static final long PATIENCE = Duration.ofMillis(20).toNanos();

    private final String name;
    private final ComponentLogger log;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();

    // Guarded by lock.
    // 1. Only the holder takes from the queue, so callbacks begin in the order of their arrival.
    // 2. While the queue is not empty there is a holder, or a thread that will be the holder is being started.
    // 3. While the holder is inside a callback and the queue is not empty, there is exactly one watcher.
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private @Nullable Thread holder;
    private boolean watched;
    private long callbackSince;

    /** {@code name} appears in the names of the threads and in the log. */
    public CallbackExecutor(String name, Ticker ticker) {
        this.name = name;
        this.log = new ComponentLogger(CallbackExecutor.class, name);
        this.ticker = ticker;
    }

    /** Runs it after all that came before. Returns at once and never throws. */
    public void execute(Runnable callback) {
        executeAll(List.of(callback));
    }

    /** Runs them in this order, after all that came before. Returns at once and never throws. */
    public void executeAll(Collection<? extends Runnable> callbacks) {
        Thread helper;
        lock.lock();
        try {
            queue.addAll(callbacks);
            helper = helperNeeded();
        } finally {
            lock.unlock();
        }
        start(helper);
    }

    private void work() {
        for (Runnable callback = next(); callback != null; callback = next()) {
            try {
                callback.run();
            } catch (Throwable t) {
                log.error("a callback failed", t);
            }
            // What a callback did to its thread is not to reach the next one.
            Thread.interrupted();
        }
    }

    private @Nullable Runnable next() {
        Runnable callback;
        Thread helper;
        lock.lock();
        try {
            if (holder != Thread.currentThread()) {
                return null;
            }
            callback = queue.poll();
            if (queue.isEmpty()) {
                emptied.signal();
            }
            if (callback == null) {
                holder = null;
                return null;
            }
            callbackSince = ticker.nanoTime();
            helper = helperNeeded();
        } finally {
            lock.unlock();
        }
        start(helper);
        return callback;
    }

    private void watch() {
        if (awaitTurn()) {
            work();
        }
    }

    /** True if this thread has become the holder; false if the queue is empty. */
    private boolean awaitTurn() {
        lock.lock();
        try {
            while (!queue.isEmpty()) {
                long left = PATIENCE - (ticker.nanoTime() - callbackSince);
                if (left <= 0) {
                    holder = Thread.currentThread();
                    return true;
                }
                ticker.await(lock, emptied, left);
            }
            return false;
        } catch (InterruptedException e) {
            // Nobody has a reason to interrupt us; going on without waiting is as good.
            holder = Thread.currentThread();
            return true;
        } finally {
            watched = false;
            lock.unlock();
        }
    }

    /** The thread that invariants 2 and 3 ask for, to be started without the lock. */
    private @Nullable Thread helperNeeded() {
        if (queue.isEmpty()) {
            return null;
        }
        if (holder == null) {
            callbackSince = ticker.nanoTime();
            holder = NamedThreads.daemon(name + "-callbacks", this::work);
            return holder;
        }
        if (watched) {
            return null;
        }
        watched = true;
        return NamedThreads.daemon(name + "-callbacks", this::watch);
    }

    private void start(@Nullable Thread helper) {
        if (helper == null) {
            return;
        }
        try {
            helper.start();
        } catch (Throwable t) {
            lock.lock();
            try {
                if (holder == helper) {
                    holder = null;
                } else {
                    watched = false;
                }
            } finally {
                lock.unlock();
            }
            log.error("no thread for callbacks; the next one tries again", t);
        }
    }
}
