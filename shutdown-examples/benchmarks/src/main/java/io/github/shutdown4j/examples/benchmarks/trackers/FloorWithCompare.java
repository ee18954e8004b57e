package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

/**
 * An atomic addition and an atomic comparison with its result: the minimum that detects a second close. An addition
 * instead of the comparison would count it.
 */
public final class FloorWithCompare extends Floor {

    private static final int GENERATION = 1 << 20;

    @Override
    public void once(Blackhole blackhole) {
        int mine = mine();
        long previous = cells.getAndAdd(mine, 1);
        if (cells.compareAndExchange(mine, previous + 1, previous + GENERATION) != previous + 1) {
            throw new IllegalStateException("only this thread uses the cell");
        }
    }
}
