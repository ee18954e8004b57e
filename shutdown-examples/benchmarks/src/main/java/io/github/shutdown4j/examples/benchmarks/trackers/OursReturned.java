package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.trigger.ShuttingDownException;

/** A guard that is returned from a method that catches the refusal. */
public final class OursReturned extends TrackerSubject {

    public OursReturned() {
        super(ConnectionTracker.create("benchmark"));
    }

    @Override
    public void once(Blackhole blackhole) {
        ConnectionGuard guard = acquireOrNull();
        if (guard != null) {
            guard.close();
        }
    }

    private ConnectionGuard acquireOrNull() {
        try {
            return tracker.acquire();
        } catch (ShuttingDownException refused) {
            return null;
        }
    }
}
