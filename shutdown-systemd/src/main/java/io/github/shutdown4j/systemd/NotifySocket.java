package io.github.shutdown4j.systemd;

import java.time.Duration;

/** Carries datagrams to systemd; the seam between the protocol and the system calls. No method blocks or throws. */
interface NotifySocket extends MonotonicClock, AutoCloseable {

    /** What all calls return that succeed; anything else is an errno. */
    int OK = 0;

    /** Hands over one datagram and copies of the descriptors. */
    int send(byte[] datagram, int... descriptors);

    /** As {@link #send}, then waits until systemd has let go of the descriptor that went along: ETIMEDOUT if not. */
    int sendAndAwaitClose(byte[] datagram, Duration timeout);

    @Override
    void close();
}
