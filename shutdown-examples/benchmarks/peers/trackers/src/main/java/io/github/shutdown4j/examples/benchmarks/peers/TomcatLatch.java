package io.github.shutdown4j.examples.benchmarks.peers;

import org.apache.tomcat.util.threads.LimitLatch;
import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** Tomcat's count of its connections, with an additional flag, because it cannot be closed. */
public final class TomcatLatch extends Subject {

    private final LimitLatch latch = new LimitLatch(Integer.MAX_VALUE);
    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) throws Exception {
        if (enter() != null) {
            leave(this);
        }
    }

    @Override
    public Object enter() throws Exception {
        latch.countUpOrAwait();
        if (closed) {
            latch.countDown();
            return null;
        }
        return this;
    }

    @Override
    public void leave(Object ticket) {
        latch.countDown();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isIdle() {
        return closed && latch.getCount() == 0;
    }

    @Override
    public String note() {
        return "with a flag of ours to close it";
    }
}
