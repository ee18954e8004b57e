package io.github.shutdown4j.examples.benchmarks.programs;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * For each line of standard input, opens that many long-lived connections, each with an onDrain callback that closes
 * its guard, drains, and prints DRAINED. With the argument {@code plain} a connection is an object in a map, without
 * the library.
 */
public final class Connections {

    private Connections() {}

    public static void main(String[] args) throws Exception {
        boolean plain = args.length > 0;
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("READY");
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            int count = Integer.parseInt(line);
            if (plain) {
                new Plain().run(count);
            } else {
                tracked(count);
            }
            System.out.println("DRAINED");
        }
    }

    private static void tracked(int count) throws InterruptedException {
        ConnectionTracker tracker = ConnectionTracker.create("connections");
        for (int i = 0; i < count; i++) {
            ConnectionGuard guard = tracker.acquire();
            guard.onDrain(guard::close);
        }
        var drained = tracker.drain(Duration.ofMinutes(2));
        if (tracker.inFlight() != 0) {
            throw new IllegalStateException("not drained: " + drained);
        }
    }

    /** The minimum: a counter, and a map of the callbacks, from which a connection that is closed is removed. */
    private static final class Plain {

        private final AtomicLong active = new AtomicLong();
        private final Map<Open, Runnable> callbacks = new ConcurrentHashMap<>();

        void run(int count) {
            for (int i = 0; i < count; i++) {
                active.incrementAndGet();
                Open open = new Open(this);
                callbacks.put(open, open::close);
            }
            for (Runnable callback : callbacks.values()) {
                callback.run();
            }
            if (active.get() != 0) {
                throw new IllegalStateException("not drained: " + active);
            }
        }
    }

    private static final class Open {

        private final Plain owner;

        Open(Plain owner) {
            this.owner = owner;
        }

        void close() {
            if (owner.callbacks.remove(this) != null) {
                owner.active.decrementAndGet();
            }
        }
    }
}
