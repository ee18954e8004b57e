package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Runs callbacks that may be slow or block forever, without delaying other callbacks. Callbacks start in the order of
 * their submission, and run one at a time as long as each is quick.
 *
 * <p>Quick callbacks share one daemon thread. If callbacks wait for longer than 10 ms, a dispatcher doubles the number
 * of threads every 10 ms, so that a thousand blocking callbacks are all running after about 0.1 s. An idle executor has
 * no thread. Use {@link SerialExecutor} if callbacks must never run concurrently.
 *
 * <p>Invariants, guarded by {@code lock}:
 *
 * <ol>
 *   <li>While a callback is queued, there is a worker, and also a dispatcher unless that worker is about to take the
 *       callback. If a thread cannot be created, {@code lacksThreads} is true, and the next callback and {@link #retry} try
 *       again.
 *   <li>{@code workers} counts the threads that run callbacks, {@code dispatching} is true while there is a dispatcher;
 *       both include threads that are being started.
 * </ol>
 */
public final class CallbackExecutor implements Executor {

    private static final Duration QUICK = Duration.ofMillis(10);

    /** The executors whose last attempt to create a thread failed. */
    private static final Set<CallbackExecutor> LACKING = ConcurrentHashMap.newKeySet();

    private final String name;
    private final ComponentLogger log;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean dispatching;
    private int workers;
    private boolean lacksThreads;

    /**
     * @param name the prefix of the thread names
     * @param log receives what callbacks throw
     */
    public CallbackExecutor(String name, ComponentLogger log, Ticker ticker) {
        this.name = name;
        this.log = log;
        this.ticker = ticker;
    }

    /** Queues the callback. Returns immediately and never throws. */
    @Override
    public void execute(Runnable callback) {
        executeAll(List.of(callback));
    }

    /** Queues the callbacks in this order. Returns immediately and never throws. */
    public void executeAll(Collection<? extends Runnable> callbacks) {
        Role role;
        lock.lock();
        try {
            for (Runnable callback : callbacks) { // addAll would link a method reference
                queue.add(callback);
            }
            role = requiredRole();
        } finally {
            lock.unlock();
        }
        var unused = start(role);
    }

    /** Tries again to create a thread in all executors in which callbacks wait because none could be created. */
    public static void retryAll() {
        for (CallbackExecutor each : LACKING) {
            var unused = each.retry();
        }
    }

    /**
     * Tries again to create a thread if callbacks wait because none could be created; otherwise does nothing.
     *
     * @return whether callbacks still wait for a thread that cannot be created
     */
    public boolean retry() {
        Role role;
        lock.lock();
        try {
            if (!lacksThreads || queue.isEmpty()) {
                return false;
            }
            role = requiredRole();
        } finally {
            lock.unlock();
        }
        var unused = start(role);
        lock.lock();
        try {
            return lacksThreads && !queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs the next callback, if one is queued, on the calling thread: for a thread that waits for what callbacks do while
     * no other can be created. If the callback blocks, this method does so.
     */
    public void runNext() {
        Runnable callback;
        lock.lock();
        try {
            callback = queue.poll();
            if (queue.isEmpty()) {
                emptied.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (callback != null) {
            run(callback);
        }
    }

    private enum Role {
        WORKER,
        DISPATCHER
    }

    /** Returns the kind of thread that invariant 1 requires, already counted; to be started without the lock. */
    private @Nullable Role requiredRole() {
        if (queue.isEmpty()) {
            return null;
        }
        if (workers == 0) { // although a dispatcher may be left that has not noticed that the queue was empty
            workers = 1;
            return Role.WORKER;
        }
        if (dispatching) {
            return null;
        }
        dispatching = true;
        return Role.DISPATCHER;
    }

    private void dispatch() {
        try {
            awaitEmptied();
            for (int more = reserveThreads(); more > 0; more = reserveThreads()) {
                while (more > 0 && start(Role.WORKER)) {
                    more--;
                }
                releaseReserved(more - 1); // of those that were not tried after one that failed
                awaitEmptied();
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            stopDispatching(); // nobody interrupts this thread, but a wait needs memory; the workers continue
        }
    }

    /** Returns the number of additional threads to start, already counted; zero ends the dispatcher. */
    private int reserveThreads() {
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

    private void releaseReserved(int threads) {
        if (threads > 0) {
            lock.lock();
            try {
                workers -= threads;
            } finally {
                lock.unlock();
            }
        }
    }

    private void awaitEmptied() throws InterruptedException {
        Deadline end = Deadline.after(ticker, QUICK);
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
        for (Runnable callback = nextOrPause(); callback != null; callback = nextOrPause()) {
            run(callback);
            Thread.interrupted(); // do not pass an interrupt on to the next callback
        }
    }

    private void run(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable failure) {
            logFailure(failure);
        }
    }

    private void logFailure(Throwable failure) {
        try {
            log.error("a callback failed", failure);
        } catch (VirtualMachineError tooLittleMemory) {
            // Even the literal needs some when it is first used.
        }
    }

    /** Returns the next callback, however long it takes until there is enough memory for that. */
    private @Nullable Runnable nextOrPause() {
        while (true) {
            try {
                return next();
            } catch (RuntimeException | Error tooLittleMemory) {
                Ticker.pause();
            }
        }
    }

    private @Nullable Runnable next() {
        Runnable callback;
        Role role;
        lock.lock();
        try {
            callback = queue.poll();
            if (callback == null) {
                workers--;
            }
            if (queue.isEmpty()) {
                emptied.signalAll();
            }
            role = requiredRole();
        } finally {
            lock.unlock();
        }
        var unused = start(role);
        return callback;
    }

    /** Returns whether the thread has been started, or none is required. */
    private boolean start(@Nullable Role role) {
        if (role == null) {
            return true;
        }
        try {
            if (role == Role.WORKER) {
                NamedThreads.daemon(name + "-callbacks", this::work).start();
            } else {
                NamedThreads.daemon(name + "-dispatcher", this::dispatch).start();
            }
            started();
            return true;
        } catch (Throwable failure) {
            if (notStarted(role)) {
                log.error(
                        "cannot create a thread for callbacks, {} are waiting for the next attempt",
                        queuedCallbacks(),
                        failure);
            }
            return false;
        }
    }

    private void started() {
        lock.lock();
        try {
            if (lacksThreads) {
                lacksThreads = false;
                LACKING.remove(this);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Undoes the count; returns whether this is the first failure since a thread was started. */
    private boolean notStarted(Role role) {
        lock.lock();
        try {
            if (role == Role.WORKER) {
                workers--;
            } else {
                dispatching = false;
            }
            if (lacksThreads) {
                return false;
            }
            lacksThreads = true;
            LACKING.add(this);
            return true;
        } catch (RuntimeException | Error tooLittleMemory) {
            return true; // who waits for the callbacks calls retry
        } finally {
            lock.unlock();
        }
    }

    private int queuedCallbacks() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }
}
