package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** A guard that is passed to other code. */
public final class OursEscaping extends TrackerSubject {

    public OursEscaping() {
        super(ConnectionTracker.create("benchmark"));
    }

    @Override
    public void once(Blackhole blackhole) {
        try (ConnectionGuard guard = tracker.acquire()) {
            blackhole.consume(guard);
        }
    }
}
