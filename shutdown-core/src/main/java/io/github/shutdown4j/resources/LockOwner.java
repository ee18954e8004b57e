package io.github.shutdown4j.resources;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.StackTraces;
import io.github.shutdown4j.report.UnfinishedWork;

/** Finds the thread that holds the lock for which another one waits. Needs the module {@code java.management}. */
final class LockOwner {

    private static final int MAX_FRAMES = 100;

    private LockOwner() {}

    /** The owner with its stack; empty if the thread waits for no lock, or nobody can tell. */
    static List<UnfinishedWork> of(Thread waiting, Duration age) {
        try {
            return Management.ownerOf(waiting, age);
        } catch (RuntimeException | LinkageError unavailable) {
            return List.of();
        }
    }

    /** A class of its own, for the module may be missing. */
    private static final class Management {

        static List<UnfinishedWork> ownerOf(Thread waiting, Duration age) {
            var threads = ManagementFactory.getThreadMXBean();
            @Nullable ThreadInfo info = threads.getThreadInfo(waiting.getId());
            if (info == null || info.getLockOwnerId() < 0) {
                return List.of();
            }
            @Nullable ThreadInfo owner = threads.getThreadInfo(info.getLockOwnerId(), MAX_FRAMES);
            if (owner == null) {
                return List.of();
            }
            return List.of(new UnfinishedWork(
                    "owner of the lock " + info.getLockName(),
                    age,
                    Optional.of(owner.getThreadName()),
                    StackTraces.plain(owner.getStackTrace())));
        }
    }
}
