package com.linecorp.armeria.server;

import java.time.Duration;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/**
 * Armeria's count of pending responses, called in the order in which its HTTP handler calls it. It is private to this
 * package, which is why the class is in it; nothing of Armeria is replaced.
 */
public final class ArmeriaSupport extends Subject {

    private final GracefulShutdownSupport support = GracefulShutdownSupport.create(Duration.ZERO, Runnable::run);
    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {
        if (enter() != null) {
            leave(this);
        }
    }

    @Override
    public Object enter() {
        if (support.isShuttingDown()) {
            return null;
        }
        support.inc();
        return this;
    }

    @Override
    public void leave(Object ticket) {
        support.dec();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return closed && support.completedQuietPeriod();
    }

    @Override
    public String inexactBecause() {
        return "checks first and counts then, with a LongAdder, whose sum is not a snapshot";
    }

    @Override
    public String note() {
        return "called by a class in its package";
    }
}
