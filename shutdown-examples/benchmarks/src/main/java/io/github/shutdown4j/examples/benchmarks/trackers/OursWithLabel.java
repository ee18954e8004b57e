package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;

/** A guard whose thread, age and label are recorded. */
public final class OursWithLabel extends TrackerSubject {

    public OursWithLabel() {
        super(ConnectionTracker.builder("benchmark").details(GuardDetails.on()).build());
    }

    @Override
    public void once(Blackhole blackhole) {
        try (ConnectionGuard guard = tracker.acquire("GET /orders")) {
            // the work
        }
    }
}
