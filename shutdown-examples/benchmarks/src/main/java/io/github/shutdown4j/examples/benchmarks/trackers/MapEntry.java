package io.github.shutdown4j.examples.benchmarks.trackers;

/** An entry that says which thread: the usual way to know who is there. */
public final class MapEntry extends MapSubject<Thread> {

    @Override
    Thread details() {
        return Thread.currentThread();
    }
}
