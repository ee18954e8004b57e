package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** A tracker of shutdown4j, in the variants that differ in cost. */
abstract class TrackerSubject extends Subject {

    final ConnectionTracker tracker;

    TrackerSubject(ConnectionTracker tracker) {
        this.tracker = tracker;
    }

    @Override
    public void once(Blackhole blackhole) {
        try (ConnectionGuard guard = tracker.acquire()) {
            // the work
        }
    }

    @Override
    public Object enter() {
        return tracker.tryAcquire().orElse(null);
    }

    @Override
    public void leave(Object ticket) {
        ConnectionGuard guard = (ConnectionGuard) ticket;
        guard.close();
        guard.close(); // counts once
    }

    @Override
    public void close() {
        var unused = tracker.close();
    }

    @Override
    public boolean isIdle() {
        return tracker.isClosed() && tracker.inFlight() == 0;
    }
}
