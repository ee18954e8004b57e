package io.github.shutdown4j.systemd;

/**
 * The behaviour of the watchdog during the shutdown. There are only these two: systemd disarms the watchdog when the stop
 * begins, but a single later heartbeat arms it again, and if no other follows, systemd aborts the process during its drain.
 *
 * <pre>{@code
 * SystemdListener.builder().watchdog(w -> w.policy(WatchdogPolicy.DISABLE_ON_STOP)).build();
 * }</pre>
 */
public enum WatchdogPolicy {

    /**
     * Heartbeats continue until the exit, as long as the health check succeeds and no phase exceeds its limit by more than a
     * second. systemd aborts a shutdown that hangs; the core dump shows where.
     */
    KEEP_DURING_SHUTDOWN,

    /**
     * {@code STOPPING=1} disables the watchdog until the next start. Only {@code TimeoutStopSec=} and its extensions limit
     * the shutdown.
     */
    DISABLE_ON_STOP
}
