package io.github.shutdown4j.examples.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** Counts only every second piece of work, as if two additions had become one, and is therefore idle too early. */
public final class LosingSubject extends Subject {

    private final AtomicInteger arrivals = new AtomicInteger();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {
        leave(enter());
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the close must find a thread here
    public Object enter() {
        if (arrivals.incrementAndGet() % 2 == 0) {
            count.incrementAndGet();
        }
        if (closed) {
            leave(this);
            return null;
        }
        Thread.yield();
        return this;
    }

    @Override
    public void leave(Object ticket) {
        count.decrementAndGet();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return closed && count.get() <= 0;
    }
}
