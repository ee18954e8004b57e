package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.atomic.AtomicLongArray;

import org.openjdk.jmh.infra.Blackhole;

/**
 * The minimum for a guard that is an object: two atomic additions, the second one with a value from an object of 24
 * bytes that one method creates and another one uses. Cannot be closed, and counts a second close of a guard.
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
