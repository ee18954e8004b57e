package io.github.shutdown4j.connections;

import java.time.Duration;

/** Helpers of the stress tests. */
final class StressedTracker {

    private StressedTracker() {}

    static ConnectionTrackerBuilder tracker(int stripes) {
        return ConnectionTracker.builder("stress").stripes(stripes);
    }

    /** {@link ConnectionTracker#tryAcquire()} as a number. */
    static int acquired(ConnectionTracker tracker) {
        return tracker.tryAcquire().isPresent() ? 1 : 0;
    }

    static void drain(ConnectionTracker tracker, Duration timeout) {
        try {
            tracker.drain(timeout);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
