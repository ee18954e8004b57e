package io.github.shutdown4j.examples.benchmarks.trackers;

/** An entry with the thread: the usual way to list the work in flight. */
public final class MapEntry extends MapSubject<Thread> {

    @Override
    Thread details() {
        return Thread.currentThread();
    }
}
