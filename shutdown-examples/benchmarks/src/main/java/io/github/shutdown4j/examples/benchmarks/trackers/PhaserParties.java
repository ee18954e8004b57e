package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.Phaser;

import org.openjdk.jmh.infra.Blackhole;

/** A Phaser with a party for each piece of work, and one for the owner, which deregisters to close it. */
public final class PhaserParties extends Subject {

    private final Phaser phaser = new Phaser(1);
    private volatile boolean closed;

    @Override
    public void once(Blackhole blackhole) {
        if (enter() != null) {
            leave(this);
        }
    }

    @Override
    public Object enter() {
        return !closed && phaser.register() >= 0 ? this : null;
    }

    @Override
    public void leave(Object ticket) {
        phaser.arriveAndDeregister();
    }

    @Override
    public void close() {
        closed = true;
        phaser.arriveAndDeregister();
    }

    @Override
    public boolean isIdle() {
        return phaser.isTerminated();
    }

    @Override
    public String note() {
        return "at most 65,535 at a time";
    }
}
