package io.github.shutdown4j.examples.benchmarks.peers;

import java.sql.SQLException;

import com.zaxxer.hikari.util.SuspendResumeLock;
import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** The lock with which HikariCP suspends a pool, configured to throw when suspended; by default it blocks callers. */
public final class HikariLock extends Subject {

    static {
        System.setProperty("com.zaxxer.hikari.throwIfSuspended", "true");
    }

    private final SuspendResumeLock lock = new SuspendResumeLock();
    private volatile boolean closed;
    private volatile boolean idle;

    @Override
    public void once(Blackhole blackhole) throws Exception {
        if (enter() != null) {
            leave(this);
        }
    }

    @Override
    public Object enter() {
        if (closed) {
            return null;
        }
        try {
            lock.acquire();
            return this;
        } catch (SQLException suspended) {
            return null;
        }
    }

    @Override
    public void leave(Object ticket) {
        lock.release();
    }

    @Override
    public void close() {
        closed = true;
        Thread waiting = new Thread(() -> {
            lock.suspend();
            idle = true;
        });
        waiting.setDaemon(true);
        waiting.start();
    }

    @Override
    public boolean isIdle() {
        return idle;
    }

    @Override
    public String note() {
        return "at most 10,000 at a time";
    }
}
