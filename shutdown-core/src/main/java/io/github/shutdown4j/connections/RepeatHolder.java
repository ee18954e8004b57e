package io.github.shutdown4j.connections;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.report.UnfinishedWork;

/**
 * A thread that acquires the same slot repeatedly, so that only the start time has to be written for each guard.
 *
 * <p>The thread is weakly referenced: it may end long before another thread acquires the slot.
 */
final class RepeatHolder {

    private final String threadName;
    private final WeakReference<Thread> thread;

    RepeatHolder(Thread thread) {
        this.threadName = thread.getName();
        this.thread = new WeakReference<>(thread);
    }

    /** Returns the details of a guard held by this thread. */
    GuardInfo info(long since) {
        Thread referent = thread.get();
        return referent == null ? new EndedThread(threadName, since) : new GuardInfo(null, referent, since, null);
    }

    /** A guard whose thread has ended and has been garbage-collected: only the thread name is known. */
    private static final class EndedThread extends GuardInfo {

        private final String threadName;

        EndedThread(String threadName, long since) {
            super(null, null, since, null);
            this.threadName = threadName;
        }

        @Override
        Optional<UnfinishedWork> snapshot(long now) {
            Optional<String> thread = threadName.isEmpty() ? Optional.empty() : Optional.of(threadName);
            return Optional.of(new UnfinishedWork(name() + WHOSE_THREAD_HAS_ENDED, age(now), thread, List.of()));
        }
    }
}
