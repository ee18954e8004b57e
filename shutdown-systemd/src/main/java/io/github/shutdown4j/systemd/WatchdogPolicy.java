package io.github.shutdown4j.systemd;

/**
 * What becomes of the watchdog while the process ends. There is nothing in between: systemd disarms the watchdog when a
 * stop begins, but a single heartbeat that arrives later arms it again, and without a further one the process is killed
 * in the middle of its drain.
 */
public enum WatchdogPolicy {

    /**
     * Heartbeats go on until the very end of the process, as long as the health check agrees and the shutdown makes its
     * way; one that hangs beyond its own limits is aborted, and leaves a core dump that shows where.
     */
    KEEP_DURING_SHUTDOWN,

    /**
     * systemd is told, together with the stop itself, that there is no watchdog any more; it is back at the next start.
     * Only {@code TimeoutStopSec=} then limits the shutdown, and its extensions.
     */
    DISABLE_ON_STOP
}
