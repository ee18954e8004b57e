package io.github.shutdown4j.services;

/**
 * The state of a service in its group. The order is {@code WAITING, STARTING, READY, STOPPING}, then {@code ENDED} or
 * {@code FAILED}, which are final. A service may skip states; {@code RESTARTING} leads back to {@code STARTING}.
 *
 * <pre>{@code
 * boolean searchable = services.state("search") == ServiceState.READY;
 * }</pre>
 */
public enum ServiceState {
    /** Not started: the group is not started, or a service that it comes after is not ready. */
    WAITING,
    /** Started, not ready yet. */
    STARTING,
    /** Ready. */
    READY,
    /** Failed and waiting for the next start. */
    RESTARTING,
    /** Requested to stop, not ended yet. */
    STOPPING,
    /** Has returned. */
    ENDED,
    /** Has thrown, or was not ready in time and has returned since. */
    FAILED;

    boolean hasThread() {
        return this == STARTING || this == READY || this == RESTARTING || this == STOPPING;
    }
}
