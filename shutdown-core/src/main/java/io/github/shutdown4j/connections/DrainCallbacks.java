package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.CallbackExecutor;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Durations;

/**
 * The onDrain callbacks of the open guards of a tracker.
 *
 * <ol>
 *   <li>Before the drain begins, {@code registered} contains the callbacks of exactly the open guards, once the
 *       {@code close} calls of ended guards have returned. The slot is marked as watched and the entry is added under
 *       the same lock, so the end of a watched guard always finds its entry.
 *   <li>After the drain has begun, {@code registered} stays empty. Each callback is passed to the executor once: when
 *       it has been removed from {@code registered} and the pacer has reached it, or instead of being added.
 * </ol>
 */
final class DrainCallbacks {

    /**
     * Equality is written by hand: the generated code makes JDK 17 keep the class of a compared record, and with it the
     * class loader, in a static field.
     */
    private record GuardKey(GuardSlot slot, long stamp) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof GuardKey key && slot == key.slot && stamp == key.stamp;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(slot) + Long.hashCode(stamp);
        }
    }

    private final ComponentLogger log;
    private final Executor executor;
    private final CallbackPacer pacer;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private Map<GuardKey, List<Runnable>> registered = new LinkedHashMap<>();
    private boolean begun;

    /** @param executor runs the callbacks; must return immediately */
    DrainCallbacks(String name, Executor executor, CallbackPacer pacer) {
        this.log = new ComponentLogger(ConnectionTracker.class, "tracker '" + name + "'");
        this.executor = executor;
        this.pacer = pacer;
    }

    /**
     * Registers a callback for the drain. Runs it immediately if the drain has begun, and never if the guard is closed.
     */
    void add(GuardSlot slot, long stamp, Runnable callback) {
        GuardKey key = new GuardKey(slot, stamp);
        lock.lock();
        try {
            if (!begun) {
                if (slot.watch(stamp)) {
                    registered
                            .computeIfAbsent(key, unused -> new ArrayList<>(1))
                            .add(callback);
                }
                return;
            }
        } finally {
            lock.unlock();
        }
        send(key, callback);
    }

    /** Removes the callbacks of a guard that has ended. */
    void remove(GuardSlot slot, long stamp) {
        lock.lock();
        try {
            registered.remove(new GuardKey(slot, stamp));
        } finally {
            lock.unlock();
        }
    }

    /** Runs the callbacks of a drain with this time limit. Only the first call has an effect. */
    void begin(Duration limit) {
        Map<GuardKey, List<Runnable>> pending;
        lock.lock();
        try {
            begun = true;
            pending = registered;
            registered = new LinkedHashMap<>();
        } finally {
            lock.unlock();
        }
        List<Runnable> callbacks = new ArrayList<>(pending.size());
        for (Map.Entry<GuardKey, List<Runnable>> each : pending.entrySet()) {
            callbacks.add(() -> each.getValue().forEach(callback -> send(each.getKey(), callback)));
        }
        pacer.run(callbacks, Durations.part(limit, 2));
    }

    /** The number of open guards with registered callbacks. */
    int pendingCount() {
        lock.lock();
        try {
            return registered.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tries again to create a thread for callbacks, also for others than these, on which the end of the drain may depend.
     *
     * @return whether some of these wait for a thread that cannot be created
     */
    boolean retry() {
        CallbackExecutor.retryAll();
        return executor instanceof CallbackExecutor own && own.retry();
    }

    /** Runs the next waiting callback on the calling thread, where it may block. */
    void runNextHere() {
        if (executor instanceof CallbackExecutor own) {
            Thread thread = Thread.currentThread();
            ClassLoader callers = thread.getContextClassLoader();
            thread.setContextClassLoader(DrainCallbacks.class.getClassLoader());
            try {
                own.runNext();
            } finally {
                thread.setContextClassLoader(callers);
            }
        }
    }

    private void send(GuardKey key, Runnable callback) {
        executor.execute(() -> {
            if (key.slot.isHeld(key.stamp)) {
                run(key, callback);
            }
        });
    }

    private void run(GuardKey key, Runnable callback) {
        // Before the call, because the callback may close the guard, which clears the name.
        GuardInfo info = key.slot.info(key.stamp);
        String owner = info == null ? "" : " of '" + info.name() + "'";
        try {
            callback.run();
        } catch (Throwable failure) {
            log.warn("the onDrain callback{} failed", owner, failure);
        }
    }
}
