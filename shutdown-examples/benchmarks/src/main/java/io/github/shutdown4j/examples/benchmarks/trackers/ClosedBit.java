package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.atomic.AtomicLong;

import org.openjdk.jmh.infra.Blackhole;

/** An AtomicLong whose sign is the closed flag. */
public final class ClosedBit extends Subject {

    private static final long CLOSED = Long.MIN_VALUE;

    private final AtomicLong state = new AtomicLong();

    @Override
    public void once(Blackhole blackhole) {
        if (enter() != null) {
            leave(this);
        }
    }

    @Override
    public Object enter() {
        if (state.getAndIncrement() < 0) {
            state.getAndDecrement();
            return null;
        }
        return this;
    }

    @Override
    public void leave(Object ticket) {
        state.getAndDecrement();
    }

    @Override
    public void close() {
        state.accumulateAndGet(CLOSED, (count, bit) -> count | bit);
    }

    @Override
    public boolean isIdle() {
        return state.get() == CLOSED;
    }
}
