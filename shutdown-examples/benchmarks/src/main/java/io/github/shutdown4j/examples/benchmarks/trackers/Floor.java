package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.atomic.AtomicLongArray;

import org.openjdk.jmh.infra.Blackhole;

/** Two atomic additions to a cell that the thread has for itself: the least that counting takes. Closes nothing. */
public class Floor extends Subject {

    private static final int CELLS = 64;
    /** Two cache lines between one and the next, since they are fetched in pairs. */
    private static final int STRIDE = 16;

    final AtomicLongArray cells = new AtomicLongArray((CELLS + 1) * STRIDE);

    @Override
    public void once(Blackhole blackhole) {
        int mine = mine();
        cells.getAndAdd(mine, 1);
        cells.getAndAdd(mine, -1);
    }

    /** The index of the calling thread's cell. */
    static int mine() {
        return (1 + ((int) Thread.currentThread().getId() & CELLS - 1)) * STRIDE;
    }

    @Override
    public Object enter() {
        throw new UnsupportedOperationException("counts, and no more");
    }

    @Override
    public void leave(Object ticket) {
        throw new UnsupportedOperationException("counts, and no more");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("counts, and no more");
    }

    @Override
    public boolean isIdle() {
        return false;
    }
}
