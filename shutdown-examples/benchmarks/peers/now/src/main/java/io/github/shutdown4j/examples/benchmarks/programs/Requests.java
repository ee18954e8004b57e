package io.github.shutdown4j.examples.benchmarks.programs;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * Ten requests every millisecond for the number of seconds in the argument. Prints the share of a processor, in
 * percent, that acquiring and closing their guards takes, including the two reads of the clock around ten of them. It
 * is that of the median ten: the mean would include the load of other processes.
 */
public final class Requests {

    private static final int BATCH = 10;
    private static final long PERIOD_NANOS = 1_000_000;

    private Requests() {}

    public static void main(String[] args) {
        ConnectionTracker tracker = ConnectionTracker.create("requests");
        int batches = Integer.parseInt(args[0]) * 1_000;
        share(tracker, batches / 2);
        System.out.println("SHARE " + share(tracker, batches));
    }

    private static double share(ConnectionTracker tracker, int batches) {
        long[] nanos = new long[batches];
        long due = System.nanoTime();
        for (int batch = 0; batch < batches; batch++) {
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos(due - now);
            }
            due += PERIOD_NANOS;
            long before = System.nanoTime();
            for (int i = 0; i < BATCH; i++) {
                try (ConnectionGuard guard = tracker.acquire()) {
                    Thread.onSpinWait(); // the request
                }
            }
            nanos[batch] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        return 100.0 * nanos[batches / 2] / PERIOD_NANOS;
    }
}
