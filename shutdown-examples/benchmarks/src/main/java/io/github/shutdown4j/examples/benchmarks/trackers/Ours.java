package io.github.shutdown4j.examples.benchmarks.trackers;

import io.github.shutdown4j.connections.ConnectionTracker;

/** A guard that does not leave the method. */
public final class Ours extends TrackerSubject {

    public Ours() {
        super(ConnectionTracker.create("benchmark"));
    }
}
