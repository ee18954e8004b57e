package io.github.shutdown4j.systemd;

/** The clock by which systemd tells whether a reload began before or after it asked for one. */
interface MonotonicClock {

    /** CLOCK_MONOTONIC in microseconds. */
    long monotonicMicros();
}
