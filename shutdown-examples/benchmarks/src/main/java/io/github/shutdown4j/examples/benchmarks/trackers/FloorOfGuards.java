package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.atomic.AtomicLongArray;

import org.openjdk.jmh.infra.Blackhole;

/**
 * The least that a guard costs which is an object: two atomic additions, the second one by what an object of 24 bytes
 * says, which one method creates and another one uses. Closes nothing, and counts a second close.
 */
public final class FloorOfGuards extends Floor {

    private record Ticket(AtomicLongArray cells, int index, int stamp) {}

    @Override
    public void once(Blackhole blackhole) {
        int mine = mine();
        notInlined(new Ticket(cells, mine, (int) cells.getAndAdd(mine, 1)));
    }

    private static void notInlined(Ticket ticket) {
        ticket.cells.getAndAdd(ticket.index, -1);
    }
}
