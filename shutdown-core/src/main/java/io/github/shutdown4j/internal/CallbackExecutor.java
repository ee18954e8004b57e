package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Runs callbacks that may be slow or block for ever, without letting one hold up the others. Callbacks begin in the order
 * of their arrival, and one at a time as long as each is quick.
 *
 * <p>Quick callbacks share one daemon thread. While any are waiting for more than a moment, a dispatcher doubles the number of threads every ten
 * milliseconds, so a thousand callbacks that block are all running after a tenth of a second. Without callbacks there is
 * no thread. Where no callback may overtake the one before, use {@link SerialExecutor}.
 *
 * <p>Invariants, guarded by {@code lock}:
 *
 * <ol>
 *   <li>While a callback is queued, there is a worker, and a dispatcher unless that worker is about to take it; where a
 *       thread cannot be created, the next callback tries again.
 *   <li>{@code workers} counts the threads that run callbacks, {@code dispatching} tells whether there is a dispatcher;
 *       both include threads that are being started.
 * </ol>
 */
public final class CallbackExecutor implements Executor {

    private static final Duration QUICK = Duration.ofMillis(10);

    private final String name;
    private final ComponentLogger log;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean dispatching;
    private int workers;

    /**
     * @param name begins the names of the threads
     * @param log where a callback that throws is logged
     */
    public CallbackExecutor(String name, ComponentLogger log, Ticker ticker) {
        this.name = name;
        this.log = log;
        this.ticker = ticker;
    }

    /** Runs it after all that came before. Returns at once and never throws. */
    @Override
    public void execute(Runnable callback) {
        executeAll(List.of(callback));
    }

    /** Runs them in this order, after all that came before. Returns at once and never throws. */
    public void executeAll(Collection<? extends Runnable> callbacks) {
        Role helper;
        lock.lock();
        try {
            queue.addAll(callbacks);
            helper = helperNeeded();
        } finally {
            lock.unlock();
        }
        start(helper);
    }

    private enum Role {
        WORKER,
        DISPATCHER
    }

    /** The thread that invariant 1 asks for, already counted; to be started without the lock. */
    private @Nullable Role helperNeeded() {
        if (queue.isEmpty() || dispatching) {
            return null;
        }
        if (workers == 0) {
            workers = 1;
            return Role.WORKER;
        }
        dispatching = true;
        return Role.DISPATCHER;
    }

    private void dispatch() {
        try {
            awaitEmptied();
            for (int more = claimThreads(); more > 0; more = claimThreads()) {
                for (; more > 0; more--) {
                    start(Role.WORKER);
                }
                awaitEmptied();
            }
        } catch (InterruptedException e) {
            stopDispatching(); // nobody has a reason to interrupt this thread; the workers continue
        }
    }

    /** Returns how many more threads to start, already counted; zero ends the dispatcher. */
    private int claimThreads() {
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
        for (Runnable callback = next(); callback != null; callback = next()) {
            try {
                callback.run();
            } catch (Throwable failure) {
                log.error("a callback failed", failure);
            }
            Thread.interrupted(); // the next callback must not see what this one did to its thread
        }
    }

    private @Nullable Runnable next() {
        Runnable callback;
        Role helper;
        lock.lock();
        try {
            callback = queue.poll();
            if (callback == null) {
                workers--;
            }
            if (queue.isEmpty()) {
                emptied.signalAll();
            }
            helper = helperNeeded();
        } finally {
            lock.unlock();
        }
        start(helper);
        return callback;
    }

    private void start(@Nullable Role role) {
        if (role == null) {
            return;
        }
        try {
            if (role == Role.WORKER) {
                NamedThreads.daemon(name + "-callbacks", this::work).start();
            } else {
                NamedThreads.daemon(name + "-dispatcher", this::dispatch).start();
            }
        } catch (Throwable failure) {
            notStarted(role);
            log.error("cannot create a thread for callbacks, {} are waiting for the next attempt", waiting(), failure);
        }
    }

    private void notStarted(Role role) {
        lock.lock();
        try {
            if (role == Role.WORKER) {
                workers--;
            } else {
                dispatching = false;
            }
        } finally {
            lock.unlock();
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
