package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Durations;

/**
 * Tells those who hold a guard for long that the drain has begun.
 *
 * <ol>
 *   <li>Before the drain begins, {@code waiting} has every callback of a hold that goes on, and none other once the
 *       {@code close} that ends a hold has returned. Both the slot's watched mark and the entry are made under the lock,
 *       so whoever ends a watched hold finds the entry.
 *   <li>Once it has begun, {@code waiting} stays empty. A callback goes to the executor once: when it has left
 *       {@code waiting} and its turn in the spread has come, or instead of entering.
 * </ol>
 */
final class DrainCallbacks {

    /**
     * Compared by hand: what the compiler would call instead has JDK 17 keep the class of a record that was compared, and
     * so its class loader, in a static.
     */
    private record Hold(GuardSlot slot, long ticket) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Hold hold && slot == hold.slot && ticket == hold.ticket;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(slot) + Long.hashCode(ticket);
        }
    }

    private final ComponentLogger log;
    private final Executor executor;
    private final CallbackPacer spread;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final Map<Hold, List<Runnable>> waiting = new LinkedHashMap<>();
    private boolean begun;

    /** @param executor what runs the callbacks; returns at once, whatever they do */
    DrainCallbacks(String name, Executor executor, CallbackPacer spread) {
        this.log = new ComponentLogger(ConnectionTracker.class, "tracker '" + name + "'");
        this.executor = executor;
        this.spread = spread;
    }

    /** Has {@code callback} run when the drain begins, at once if it has begun; not at all if the hold has ended. */
    void add(GuardSlot slot, long ticket, Runnable callback) {
        Hold hold = new Hold(slot, ticket);
        lock.lock();
        try {
            if (!begun) {
                if (slot.watch(ticket)) {
                    waiting.computeIfAbsent(hold, h -> new ArrayList<>(1)).add(callback);
                }
                return;
            }
        } finally {
            lock.unlock();
        }
        send(hold, callback);
    }

    /** The hold has ended. */
    void forget(GuardSlot slot, long ticket) {
        lock.lock();
        try {
            waiting.remove(new Hold(slot, ticket));
        } finally {
            lock.unlock();
        }
    }

    /** The drain begins, and may take {@code limit}. Only the first call does anything. */
    void begin(Duration limit) {
        Map<Hold, List<Runnable>> told;
        lock.lock();
        try {
            begun = true;
            told = new LinkedHashMap<>(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        List<Runnable> notices = new ArrayList<>(told.size());
        for (Map.Entry<Hold, List<Runnable>> each : told.entrySet()) {
            notices.add(() -> each.getValue().forEach(callback -> send(each.getKey(), callback)));
        }
        spread.run(notices, Durations.part(limit, 2));
    }

    /** How many holds have callbacks waiting. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private void send(Hold hold, Runnable callback) {
        executor.execute(() -> {
            if (hold.slot.isHeld(hold.ticket)) {
                run(hold, callback);
            }
        });
    }

    private void run(Hold hold, Runnable callback) {
        // Before the call, which may end the hold and so lose the name.
        GuardInfo holder = hold.slot.holder(hold.ticket);
        String whose = holder == null ? "" : " of '" + holder.name() + "'";
        try {
            callback.run();
        } catch (Throwable failure) {
            log.warn("the onDrain callback{} failed", whose, failure);
        }
    }
}
