package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.Subscription;

/** The context of one run of a service. */
final class ServiceRun implements ServiceContext {

    private final ManagedService managed;
    private final ServiceGroupState groupState;
    private final Condition stopped;
    private final List<Callback> callbacks = new ArrayList<>(); // guarded by the lock of the group state
    private volatile boolean stopping; // written with the lock of the group state held

    ServiceRun(ManagedService managed, ServiceGroupState groupState) {
        this.managed = managed;
        this.groupState = groupState;
        this.stopped = groupState.lock.newCondition();
    }

    /** Sets the flag, wakes waiting threads, and returns the callbacks. Called with the lock held. */
    List<CheckedRunnable> stop() {
        stopping = true;
        stopped.signalAll();
        List<CheckedRunnable> taken = new ArrayList<>();
        for (Callback callback : callbacks) {
            taken.add(callback.action);
        }
        callbacks.clear();
        return taken;
    }

    @Override
    public String name() {
        return managed.name;
    }

    @Override
    public void ready() {
        Duration took;
        groupState.lock.lock();
        try {
            if (!managed.becomesReady(this)) {
                return;
            }
            took = managed.sinceStart();
            groupState.readyToBeLogged();
        } finally {
            groupState.lock.unlock();
        }
        try {
            ServiceGroup.LOG.info("'{}' is ready, {} after its start", managed.name, Durations.text(took));
        } finally {
            groupState.lock.lock();
            try {
                groupState.readyIsLogged();
            } finally {
                groupState.lock.unlock();
            }
        }
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    @Override
    public void awaitStop() throws InterruptedException {
        groupState.lock.lock();
        try {
            while (!stopping) {
                stopped.await();
            }
        } finally {
            groupState.lock.unlock();
        }
    }

    @Override
    public boolean awaitStop(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(groupState.ticker, Checks.notNull("timeout", timeout));
        groupState.lock.lock();
        try {
            while (!stopping && !deadline.isExpired()) {
                groupState.ticker.await(groupState.lock, stopped, deadline.remainingNanos());
            }
            return stopping;
        } finally {
            groupState.lock.unlock();
        }
    }

    @Override
    public Subscription onStop(CheckedRunnable action) {
        Callback callback = new Callback(Checks.notNull("callback", action));
        groupState.lock.lock();
        try {
            if (!stopping) {
                callbacks.add(callback);
                return callback;
            }
        } finally {
            groupState.lock.unlock();
        }
        StopCallbacks.call(action, managed, groupState);
        return callback;
    }

    /** Compared by identity, because the same action may be registered twice. */
    final class Callback implements Subscription {

        private final CheckedRunnable action;

        Callback(CheckedRunnable action) {
            this.action = action;
        }

        @Override
        public void close() {
            groupState.lock.lock();
            try {
                callbacks.remove(this);
            } finally {
                groupState.lock.unlock();
            }
        }
    }
}
