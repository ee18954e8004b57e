package io.github.shutdown4j.connections;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.report.UnfinishedWork;

/**
 * A thread that comes to the same slot again and again, so that all that is left to write down each time is the moment.
 *
 * <p>Does not keep the thread, which may have ended long before the next one comes to the slot.
 */
final class RepeatHolder {

    private final String threadName;
    private final WeakReference<Thread> thread;

    RepeatHolder(Thread thread) {
        this.threadName = thread.getName();
        this.thread = new WeakReference<>(thread);
    }

    /** This thread as the holder of a guard. */
    GuardInfo holder(long since) {
        Thread known = thread.get();
        return known == null ? new Gone(threadName, since) : new GuardInfo(null, known, since, null);
    }

    /** A holder of whom nobody knows more than the name, because its thread has ended and is gone. */
    private static final class Gone extends GuardInfo {

        private final String threadName;

        Gone(String threadName, long since) {
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
