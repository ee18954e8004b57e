package io.github.shutdown4j.examples.benchmarks.trackers;

/** An entry that says as much as a guard with details: thread, moment and label. */
public final class MapOfDetails extends MapSubject<MapOfDetails.Details> {

    record Details(Thread thread, long since, String label) {}

    @Override
    Details details() {
        return new Details(Thread.currentThread(), System.nanoTime(), "GET /orders");
    }
}
