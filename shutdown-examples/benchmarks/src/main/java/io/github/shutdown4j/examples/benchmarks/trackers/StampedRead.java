package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.locks.StampedLock;

import org.openjdk.jmh.infra.Blackhole;

/** A StampedLock: work reads, closing writes. */
public final class StampedRead extends Subject {

    private final StampedLock lock = new StampedLock();
    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {
        long stamp = closed ? 0 : lock.tryReadLock();
        if (stamp != 0) {
            lock.unlockRead(stamp);
        }
    }

    @Override
    public Object enter() {
        long stamp = closed ? 0 : lock.tryReadLock();
        return stamp == 0 ? null : Long.valueOf(stamp);
    }

    @Override
    public void leave(Object ticket) {
        lock.unlockRead((Long) ticket);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return lock.isWriteLocked() || lock.tryWriteLock() != 0;
    }
}
