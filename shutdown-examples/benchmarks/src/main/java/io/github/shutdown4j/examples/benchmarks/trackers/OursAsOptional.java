package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.Optional;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** A guard acquired without an exception, which does not leave the method. */
public final class OursAsOptional extends TrackerSubject {

    public OursAsOptional() {
        super(ConnectionTracker.create("benchmark"));
    }

    @Override
    public void once(Blackhole blackhole) {
        Optional<ConnectionGuard> acquired = tracker.tryAcquire();
        if (acquired.isPresent()) {
            acquired.get().close();
        }
    }
}
