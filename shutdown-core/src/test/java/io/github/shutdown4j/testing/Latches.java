package io.github.shutdown4j.testing;

import java.util.concurrent.CountDownLatch;

/** Waits for a latch in code that is to block. */
public final class Latches {

    private Latches() {}

    /** Waits until the latch is open; an interrupt ends the wait, and the interrupt status is kept. */
    public static void awaitOrInterrupt(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the latch is open, as code does that ignores interrupts. */
    public static void ignoreInterrupts(CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                latch.await();
                open = true;
            } catch (InterruptedException e) {
                // ignored on purpose
            }
        }
    }
}
