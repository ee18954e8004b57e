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

/** One run of a service, as the service sees it. */
final class ServiceRun implements ServiceContext {

    private final ManagedService entry;
    private final ServiceGroupState board;
    private final Condition stopped;
    private final List<Callback> callbacks = new ArrayList<>(); // guarded by the board's lock
    private volatile boolean stopping; // written with the board's lock held

    ServiceRun(ManagedService entry, ServiceGroupState board) {
        this.entry = entry;
        this.board = board;
        this.stopped = board.lock.newCondition();
    }

    /** Turns the flag, wakes who waits for it, and hands out the callbacks. Called with the lock held. */
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
        return entry.name;
    }

    @Override
    public void ready() {
        Duration took;
        board.lock.lock();
        try {
            if (!entry.becomesReady(this)) {
                return;
            }
            took = entry.sinceStart();
            board.readyToBeLogged();
        } finally {
            board.lock.unlock();
        }
        try {
            ServiceGroup.LOG.info("'{}' is ready, {} after its start", entry.name, Durations.text(took));
        } finally {
            board.lock.lock();
            try {
                board.readyIsLogged();
            } finally {
                board.lock.unlock();
            }
        }
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    @Override
    public void awaitStop() throws InterruptedException {
        board.lock.lock();
        try {
            while (!stopping) {
                stopped.await();
            }
        } finally {
            board.lock.unlock();
        }
    }

    @Override
    public boolean awaitStop(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(board.ticker, Checks.notNull("timeout", timeout));
        board.lock.lock();
        try {
            while (!stopping && !deadline.isExpired()) {
                board.ticker.await(board.lock, stopped, deadline.remainingNanos());
            }
            return stopping;
        } finally {
            board.lock.unlock();
        }
    }

    @Override
    public Subscription onStop(CheckedRunnable action) {
        Callback callback = new Callback(Checks.notNull("callback", action));
        board.lock.lock();
        try {
            if (!stopping) {
                callbacks.add(callback);
                return callback;
            }
        } finally {
            board.lock.unlock();
        }
        StopCallbacks.call(action, entry, board);
        return callback;
    }

    /** Known by identity: the same action may be registered twice. */
    final class Callback implements Subscription {

        private final CheckedRunnable action;

        Callback(CheckedRunnable action) {
            this.action = action;
        }

        @Override
        public void close() {
            board.lock.lock();
            try {
                callbacks.remove(this);
            } finally {
                board.lock.unlock();
            }
        }
    }
}
