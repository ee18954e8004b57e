package io.github.shutdown4j.internal;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The thread that holds a lock for which another thread waits. Needs the module {@code java.management}; does not find virtual
 * threads.
 *
 * @param lock the lock, as the JVM names it
 * @param thread the name of the thread
 */
public record LockOwner(String lock, String thread, List<StackTraceElement> stack) {

    private static final int MAX_FRAMES = 100;

    /** Returns the owner; null if the thread waits for no lock, or if that is unknown. */
    public static @Nullable LockOwner of(Thread waiting) {
        if (!mayWaitForLock(waiting)) {
            return null;
        }
        try {
            return Management.ownerOf(waiting);
        } catch (RuntimeException | LinkageError unavailable) {
            return null;
        }
    }

    /** A cheap check first, because the management classes of the JVM are expensive to load. */
    private static boolean mayWaitForLock(Thread thread) {
        Thread.State state = thread.getState();
        if (state == Thread.State.BLOCKED) {
            return true;
        }
        if (state != Thread.State.WAITING && state != Thread.State.TIMED_WAITING) {
            return false;
        }
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().startsWith("java.util.concurrent.locks.Abstract")) {
                return true;
            }
        }
        return false;
    }

    /** A separate class, because the module may be missing. */
    private static final class Management {

        static @Nullable LockOwner ownerOf(Thread waiting) {
            var threads = ManagementFactory.getThreadMXBean();
            @Nullable ThreadInfo info = threads.getThreadInfo(waiting.getId());
            if (info == null || info.getLockOwnerId() < 0) {
                return null;
            }
            @Nullable ThreadInfo owner = threads.getThreadInfo(info.getLockOwnerId(), MAX_FRAMES);
            return owner == null
                    ? null
                    : new LockOwner(
                            info.getLockName(), owner.getThreadName(), StackTraces.plain(owner.getStackTrace()));
        }
    }
}
