package io.github.shutdown4j.examples.benchmarks.peers;

import org.apache.cassandra.utils.concurrent.OpOrder;
import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** Cassandra's order of operations: closing is a barrier, and work that starts behind it is rejected. */
public final class CassandraOrder extends Subject {

    private final OpOrder order = new OpOrder();
    private volatile OpOrder.Barrier barrier;

    @Override
    public void once(Blackhole blackhole) {
        Object group = enter();
        if (group != null) {
            leave(group);
        }
    }

    @Override
    public Object enter() {
        OpOrder.Group group = order.start();
        OpOrder.Barrier end = barrier;
        if (end != null && !end.isAfter(group)) {
            group.close();
            return null;
        }
        return group;
    }

    @Override
    public void leave(Object ticket) {
        ((OpOrder.Group) ticket).close();
    }

    @Override
    public void close() {
        OpOrder.Barrier end = order.newBarrier();
        barrier = end;
        end.issue();
    }

    @Override
    public boolean isIdle() {
        return barrier != null && barrier.getSyncPoint().isFinished();
    }

    @Override
    public String note() {
        return "newcomers start a new group, which we end again";
    }
}
