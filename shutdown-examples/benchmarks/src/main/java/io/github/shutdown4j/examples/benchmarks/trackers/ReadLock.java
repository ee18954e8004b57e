package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.openjdk.jmh.infra.Blackhole;

/** A ReentrantReadWriteLock: work reads, closing writes. */
public final class ReadLock extends Subject {

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {
        if (enter() != null) {
            leave(this);
        }
    }

    @Override
    public Object enter() {
        return !closed && lock.readLock().tryLock() ? this : null;
    }

    @Override
    public void leave(Object ticket) {
        lock.readLock().unlock();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return lock.writeLock().tryLock() || lock.isWriteLocked();
    }

    @Override
    public boolean leavesAnywhere() {
        return false;
    }

    @Override
    public String note() {
        return "ends on its own thread only; at most 65,535 at a time";
    }
}
