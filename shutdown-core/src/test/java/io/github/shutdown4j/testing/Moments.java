package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets real time pass, for tests about the distance between two events; never to wait for something. */
public final class Moments {

    private Moments() {}

    public static void after(Duration duration) {
        try {
            var unused = new CountDownLatch(1).await(duration.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
