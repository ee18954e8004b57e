package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** A guard that one method acquires and another one closes, which the JIT compiler does not inline. */
public final class OursHandedOn extends TrackerSubject {

    public OursHandedOn() {
        super(ConnectionTracker.create("benchmark"));
    }

    @Override
    public void once(Blackhole blackhole) {
        notInlined(tracker.acquire());
    }

    private static void notInlined(ConnectionGuard guard) {
        guard.close();
    }
}
