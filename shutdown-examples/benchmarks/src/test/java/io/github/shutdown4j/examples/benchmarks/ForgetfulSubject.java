package io.github.shutdown4j.examples.benchmarks;

import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** The fastest of all, because it does not count: it always reports that nothing is in flight. */
public final class ForgetfulSubject extends Subject {

    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {}

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the close must find a thread here
    public Object enter() {
        if (closed) {
            return null;
        }
        Thread.yield();
        return this;
    }

    @Override
    public void leave(Object ticket) {}

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return closed;
    }
}
