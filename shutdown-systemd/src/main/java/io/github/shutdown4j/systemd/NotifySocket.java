package io.github.shutdown4j.systemd;

import java.time.Duration;

/** Sends datagrams to systemd. Separates the protocol from the system calls. */
interface NotifySocket extends MonotonicClock, AutoCloseable {

    /** The result of a successful call; all other results are errno values. */
    int OK = 0;

    /** Sends one datagram with copies of the descriptors. Does not block or throw. */
    int send(byte[] datagram, int... descriptors);

    /** Like {@link #send}, then waits until systemd has closed the descriptor that was sent along; otherwise ETIMEDOUT. */
    int sendAndAwaitClose(byte[] datagram, Duration timeout);

    @Override
    void close();
}
