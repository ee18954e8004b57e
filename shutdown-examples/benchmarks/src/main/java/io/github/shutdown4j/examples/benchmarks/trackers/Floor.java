package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.atomic.AtomicLongArray;

import org.openjdk.jmh.infra.Blackhole;

/** Two atomic additions to a cell that only this thread uses: the minimum for counting. Cannot be closed. */
public class Floor extends Subject {

    private static final int CELLS = 64;
    /** Two cache lines apart, because they are fetched in pairs. */
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
