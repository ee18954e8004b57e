package io.github.shutdown4j.internal;

/** Says what must not get in the way of what comes after it: a logger that throws, or lacks memory, is put up with. */
public final class SafeLog {

    private SafeLog() {}

    /** Runs {@code line}, whatever comes of it. */
    public static void say(Runnable line) {
        try {
            line.run();
        } catch (RuntimeException | Error unsaid) {
            // There is no one left to tell.
        }
    }
}
