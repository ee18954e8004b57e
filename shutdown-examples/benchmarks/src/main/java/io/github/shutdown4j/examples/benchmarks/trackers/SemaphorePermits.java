package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.Semaphore;

import org.openjdk.jmh.infra.Blackhole;

/** A Semaphore; closing takes all permits. */
public final class SemaphorePermits extends Subject {

    private final Semaphore permits = new Semaphore(Integer.MAX_VALUE);
    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {
        if (enter() != null) {
            leave(this);
        }
    }

    @Override
    public Object enter() {
        return !closed && permits.tryAcquire() ? this : null;
    }

    @Override
    public void leave(Object ticket) {
        permits.release();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return permits.tryAcquire(Integer.MAX_VALUE);
    }
}
