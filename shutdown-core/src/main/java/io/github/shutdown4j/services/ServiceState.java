package io.github.shutdown4j.services;

/**
 * Where a service of a group stands. The way is {@code WAITING, STARTING, READY, STOPPING}, and then {@code ENDED} or
 * {@code FAILED}, the last word; a service may skip what it does not get to, and {@code RESTARTING} leads back to
 * {@code STARTING}.
 */
public enum ServiceState {
    /** Not started: neither is the group, or a service it comes after is not ready yet. */
    WAITING,
    /** Its thread runs; it has not said that it is ready. */
    STARTING,
    /** It does its work. */
    READY,
    /** It failed and waits for its next start. */
    RESTARTING,
    /** It has been told to stop and has not ended. */
    STOPPING,
    /** It has returned. */
    ENDED,
    /** It has thrown, or was not ready in time and has returned since. */
    FAILED;

    boolean hasThread() {
        return this == STARTING || this == READY || this == RESTARTING || this == STOPPING;
    }
}
