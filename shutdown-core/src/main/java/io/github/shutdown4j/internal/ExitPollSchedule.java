package io.github.shutdown4j.internal;

/**
 * Schedules the checks for threads inside System.exit, which never return once the JVM is exiting. There is no notification
 * of such calls. Not thread-safe.
 */
public final class ExitPollSchedule {

    private static final long PAUSE_NANOS = 10_000_000L;
    private static final long MAX_PAUSE_NANOS = 500_000_000L;

    private boolean jvmExiting;
    private long nextCheck;
    private long pause;

    /** Enables the checks. */
    public void jvmExiting(long now) {
        jvmExiting = true;
        restart(now);
    }

    /** Another task is running: check frequently again. */
    public void restart(long now) {
        nextCheck = now;
        pause = PAUSE_NANOS;
    }

    /** Returns whether to check now; the pause until the next check doubles each time, up to half a second. */
    public boolean isDue(long now) {
        if (!jvmExiting || nextCheck - now > 0) {
            return false;
        }
        nextCheck = now + pause;
        pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
        return true;
    }

    /** Returns the time until the next check; {@link Long#MAX_VALUE} if the JVM is not exiting. */
    public long nanosUntilDue(long now) {
        return jvmExiting ? nextCheck - now : Long.MAX_VALUE;
    }
}
