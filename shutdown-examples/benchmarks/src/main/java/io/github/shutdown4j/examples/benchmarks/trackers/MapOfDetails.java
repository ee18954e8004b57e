package io.github.shutdown4j.examples.benchmarks.trackers;

/** An entry with the same data as a guard with details: thread, time and label. */
public final class MapOfDetails extends MapSubject<MapOfDetails.Details> {

    record Details(Thread thread, long since, String label) {}

    @Override
    Details details() {
        return new Details(Thread.currentThread(), System.nanoTime(), "GET /orders");
    }
}
