package io.github.shutdown4j.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Runs foreign code in order, one piece at a time, away from whoever handed it in. Its daemon thread exists only while
 * there is something to run. A piece that throws is logged; one that blocks holds up what comes behind it;
 * where that must not be, there is {@link Relay}.
 *
 * <p>Invariants, guarded by {@code lock}:
 *
 * <ol>
 *   <li>{@code running} is true from the moment a thread is started until that thread has seen the queue empty.
 *   <li>If {@code running} is false, the queue is empty.
 * </ol>
 */
public final class SerialQueue {

    private final String name;
    private final BlockLog log;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean running;

    public SerialQueue(String name, Ticker ticker) {
        this.name = name;
        this.log = new BlockLog(SerialQueue.class, name);
        this.ticker = ticker;
    }

    /** Hands in a piece of work; returns at once. */
    public void add(Runnable work) {
        lock.lock();
        try {
            queue.add(work);
            if (running) {
                return;
            }
            running = true;
        } finally {
            lock.unlock();
        }
        try {
            NamedThreads.daemon(name, this::runAll).start();
        } catch (OutOfMemoryError noThread) {
            log.warn("no thread to be had, running on the caller's", noThread);
            runAll();
        }
    }

    /** Waits until everything handed in so far has run, or the deadline has passed; tells whether it has. */
    public boolean awaitIdle(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (running && !deadline.isExpired()) {
                ticker.await(lock, idle, deadline.remainingNanos());
            }
            return !running;
        } finally {
            lock.unlock();
        }
    }

    private void runAll() {
        for (Runnable work = next(); work != null; work = next()) {
            try {
                work.run();
            } catch (Throwable failure) {
                log.warn("failed, going on", failure);
            }
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            Runnable work = queue.poll();
            if (work == null) {
                running = false;
                idle.signalAll();
            }
            return work;
        } finally {
            lock.unlock();
        }
    }
}
