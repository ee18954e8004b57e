package io.github.shutdown4j.examples.benchmarks.trackers;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;

/** A guard whose thread and age are recorded. */
public final class OursWithDetails extends TrackerSubject {

    public OursWithDetails() {
        super(ConnectionTracker.builder("benchmark").details(GuardDetails.on()).build());
    }
}
