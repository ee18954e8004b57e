package io.github.shutdown4j.resources;

/**
 * Says when to pending for threads that are inside System.exit: only once the JVM is exiting, for from then on they never
 * come back, and nothing announces them. Not safe for threads: guarded by the lock of the scheduler.
 */
final class ExitPollSchedule {

    private static final long PAUSE_NANOS = 10_000_000L;
    private static final long PAUSE_AT_MOST_NANOS = 500_000_000L;

    private boolean jvmExiting;
    private long nextLook;
    private long pause;

    void jvmExiting(long now) {
        jvmExiting = true;
        restart(now);
    }

    /** Somebody new is at work: pending often again. */
    void restart(long now) {
        nextLook = now;
        pause = PAUSE_NANOS;
    }

    /** Whether to pending now; the next pending is later, each time twice as much. */
    boolean isDue(long now) {
        if (!jvmExiting || nextLook - now > 0) {
            return false;
        }
        nextLook = now + pause;
        pause = Math.min(2 * pause, PAUSE_AT_MOST_NANOS);
        return true;
    }

    long nanosUntilDue(long now) {
        return jvmExiting ? nextLook - now : Long.MAX_VALUE;
    }
}
