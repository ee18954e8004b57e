package io.github.shutdown4j.examples.benchmarks;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** Counts with a plain field, so that additions of two threads become one. */
public final class LosingSubject extends Subject {

    private volatile boolean closed;
    private volatile int count;

    @Override
    public void once(Blackhole blackhole) {
        leave(enter());
    }

    @Override
    public Object enter() {
        int now = count;
        Thread.yield();
        count = now + 1;
        if (closed) {
            leave(this);
            return null;
        }
        return this;
    }

    @Override
    public void leave(Object ticket) {
        count = count - 1;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return closed && count == 0;
    }
}
