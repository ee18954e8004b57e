package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.openjdk.jmh.infra.Blackhole;

/** An entry in a map for each piece of work, and a separate flag for closed. */
abstract class MapSubject<T> extends Subject {

    private final Map<Object, T> present = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** The entry of this thread's work. */
    abstract T details();

    @Override
    public void once(Blackhole blackhole) {
        present.remove(come());
    }

    private Object come() {
        Object key = new Object();
        present.put(key, details());
        return key;
    }

    @Override
    public Object enter() {
        Object key = come();
        if (closed) {
            present.remove(key);
            return null;
        }
        return key;
    }

    @Override
    public void leave(Object ticket) {
        present.remove(ticket);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return closed && present.isEmpty();
    }

    @Override
    public String inexactBecause() {
        return "its size is no snapshot";
    }
}
