package io.github.shutdown4j.examples.benchmarks.programs;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * For each line of standard input, opens that many long-lived connections, each with an onDrain callback that closes
 * its guard, drains, and prints DRAINED.
 */
public final class Connections {

    private Connections() {}

    public static void main(String[] args) throws Exception {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("READY");
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            int count = Integer.parseInt(line);
            ConnectionTracker tracker = ConnectionTracker.create("connections");
            for (int i = 0; i < count; i++) {
                ConnectionGuard guard = tracker.acquire();
                guard.onDrain(guard::close);
            }
            var drained = tracker.drain(Duration.ofMinutes(2));
            if (tracker.active() != 0) {
                throw new IllegalStateException("not drained: " + drained);
            }
            System.out.println("DRAINED");
        }
    }
}
