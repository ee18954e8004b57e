package io.github.shutdown4j.examples.benchmarks.trackers;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;

/** A guard of which thread and age are remembered. */
public final class OursWithDetails extends TrackerSubject {

    public OursWithDetails() {
        super(ConnectionTracker.builder("benchmark").details(GuardDetails.on()).build());
    }
}
