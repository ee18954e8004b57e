package io.github.shutdown4j.examples.benchmarks.trackers;

import org.openjdk.jmh.infra.Blackhole;

/** Two atomic additions and a read of the clock: the minimum for a guard whose age is known. */
public final class FloorWithClock extends Floor {

    @Override
    public void once(Blackhole blackhole) {
        int mine = mine();
        cells.getAndAdd(mine, 1);
        cells.setPlain(mine + 1, System.nanoTime());
        cells.getAndAdd(mine, -1);
    }
}
