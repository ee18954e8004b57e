package io.github.shutdown4j.systemd;

/** The clock by which systemd decides whether a reload began before or after its request. */
interface MonotonicClock {

    /** CLOCK_MONOTONIC in microseconds. */
    long monotonicMicros();
}
