package io.github.shutdown4j.internal;

/**
 * Says when to look for threads that are inside System.exit: only once the JVM is exiting, because from then on they never
 * return, and nothing announces them. Not thread-safe.
 */
public final class ExitPollSchedule {

    private static final long PAUSE_NANOS = 10_000_000L;
    private static final long PAUSE_AT_MOST_NANOS = 500_000_000L;

    private boolean jvmExiting;
    private long nextLook;
    private long pause;

    /** From now on, looking is worthwhile. */
    public void jvmExiting(long now) {
        jvmExiting = true;
        restart(now);
    }

    /** Somebody new is at work: look often again. */
    public void restart(long now) {
        nextLook = now;
        pause = PAUSE_NANOS;
    }

    /** Whether to look now; the pause until the next look doubles each time, up to half a second. */
    public boolean isDue(long now) {
        if (!jvmExiting || nextLook - now > 0) {
            return false;
        }
        nextLook = now + pause;
        pause = Math.min(2 * pause, PAUSE_AT_MOST_NANOS);
        return true;
    }

    /** How long until the next look; {@link Long#MAX_VALUE} if the JVM is not exiting. */
    public long nanosUntilDue(long now) {
        return jvmExiting ? nextLook - now : Long.MAX_VALUE;
    }
}
