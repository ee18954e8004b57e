package io.github.shutdown4j.examples.benchmarks;

import java.util.concurrent.atomic.AtomicLong;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** Counts correctly, but slowly on purpose. */
public final class SlowSubject extends Subject {

    /** Those inside, and one more until it is closed. */
    private final AtomicLong count = new AtomicLong(1);

    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {
        leave(enter());
        Blackhole.consumeCPU(2_000);
    }

    @Override
    public Object enter() {
        if (closed || count.getAndUpdate(now -> now == 0 ? 0 : now + 1) == 0) {
            return null;
        }
        return this;
    }

    @Override
    public void leave(Object ticket) {
        count.decrementAndGet();
    }

    @Override
    public void close() {
        closed = true;
        count.decrementAndGet();
    }

    @Override
    public boolean isIdle() {
        return count.get() == 0;
    }
}
