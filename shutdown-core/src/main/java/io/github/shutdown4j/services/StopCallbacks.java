package io.github.shutdown4j.services;

import java.util.List;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** Calls what one service has registered for the request to stop, on a thread of its own, so that nobody waits for it. */
final class StopCallbacks implements Runnable {

    private final List<CheckedRunnable> callbacks;
    private final ManagedService entry;
    private final ServiceGroupState board;

    private StopCallbacks(List<CheckedRunnable> callbacks, ManagedService entry, ServiceGroupState board) {
        this.callbacks = callbacks;
        this.entry = entry;
        this.board = board;
    }

    /** Called without the lock. */
    static void start(List<CheckedRunnable> callbacks, ManagedService entry, ServiceGroupState board) {
        Runnable body = new StopCallbacks(callbacks, entry, board);
        Thread thread = NamedThreads.daemon("service-" + entry.name + "-stop", body);
        board.lock.lock();
        try {
            thread.setContextClassLoader(board.contextLoader());
            entry.callbacksRunOn(thread);
        } finally {
            board.lock.unlock();
        }
        try {
            thread.start();
        } catch (Throwable t) { // no more threads to be had: better late than never
            body.run();
        }
    }

    @Override
    public void run() {
        callbacks.forEach(callback -> call(callback, entry, board));
        board.lock.lock();
        try {
            entry.callbacksAreOver();
        } finally {
            board.lock.unlock();
        }
    }

    /** Calls one; what it throws goes into the step of the service, if that is being stopped, and into the log. */
    static void call(CheckedRunnable callback, ManagedService entry, ServiceGroupState board) {
        try {
            callback.run();
        } catch (Throwable t) {
            ServiceGroup.LOG.warn("a stop callback of '{}' failed", entry.name, t);
            board.lock.lock();
            try {
                if (entry.isTold()) {
                    entry.fails(t);
                }
            } finally {
                board.lock.unlock();
            }
            if (t instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
