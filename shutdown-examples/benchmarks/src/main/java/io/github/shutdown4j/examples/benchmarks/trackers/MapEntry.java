package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.openjdk.jmh.infra.Blackhole;

/** An entry in a map for each piece of work: the usual way to know who is there. */
public final class MapEntry extends Subject {

    private final Map<Object, Thread> present = new ConcurrentHashMap<>();
    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {
        Object key = new Object();
        present.put(key, Thread.currentThread());
        present.remove(key);
    }

    @Override
    public Object enter() {
        Object key = new Object();
        present.put(key, Thread.currentThread());
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
