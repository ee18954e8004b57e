package io.github.shutdown4j.services;

import java.util.List;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** Calls the stop callbacks of one service on a separate thread, so that they delay no other service. */
final class StopCallbacks implements Runnable {

    private final List<CheckedRunnable> callbacks;
    private final ManagedService managed;
    private final ServiceGroupState groupState;

    private StopCallbacks(List<CheckedRunnable> callbacks, ManagedService managed, ServiceGroupState groupState) {
        this.callbacks = callbacks;
        this.managed = managed;
        this.groupState = groupState;
    }

    /** Called without the lock. */
    static void start(List<CheckedRunnable> callbacks, ManagedService managed, ServiceGroupState groupState) {
        Runnable body = new StopCallbacks(callbacks, managed, groupState);
        Thread thread = NamedThreads.daemon("service-" + managed.name + "-stop", body);
        groupState.lock.lock();
        try {
            thread.setContextClassLoader(groupState.contextLoader());
            managed.callbacksRunOn(thread);
        } finally {
            groupState.lock.unlock();
        }
        try {
            thread.start();
        } catch (Throwable t) { // the thread cannot be created: call them on this one
            body.run();
        }
    }

    @Override
    public void run() {
        callbacks.forEach(callback -> call(callback, managed, groupState));
        groupState.lock.lock();
        try {
            managed.callbacksEnd();
        } finally {
            groupState.lock.unlock();
        }
    }

    /** Calls one callback. An exception is logged and recorded in the step of the service, if that is being stopped. */
    static void call(CheckedRunnable callback, ManagedService managed, ServiceGroupState groupState) {
        try {
            callback.run();
        } catch (Throwable t) {
            ServiceGroup.LOG.warn("a stop callback of '{}' failed", managed.name, t);
            groupState.lock.lock();
            try {
                if (managed.isStopRequested()) {
                    managed.fails(t);
                }
            } finally {
                groupState.lock.unlock();
            }
            if (t instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
