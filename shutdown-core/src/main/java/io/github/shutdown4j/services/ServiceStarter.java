package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Starts the services of a group, each in its turn, watches their time, says when all are ready, and is gone: the body
 * of a thread that lives until then or until the group is over.
 */
final class ServiceStarter implements Runnable {

    private final List<ManagedService> entries;
    private final Duration startTimeout;
    private final ServiceGroupState board;
    private final long begunAt;
    /** Those the observer has heard of last. */
    private List<String> awaited = List.of();

    /** Those whom the observer is still to hear of. */
    private @Nullable List<String> newlyAwaited;

    /** How long it took until all were ready. */
    private @Nullable Duration readyAfter;
    /** What this thread has decided, and has to publish. */
    private @Nullable ShutdownReason decided;

    ServiceStarter(List<ManagedService> entries, Duration startTimeout, ServiceGroupState board) {
        this.entries = entries;
        this.startTimeout = startTimeout;
        this.board = board;
        this.begunAt = board.ticker.nanoTime();
    }

    @Override
    public void run() {
        boolean more = true;
        while (more) {
            List<Runnable> news = new ArrayList<>();
            more = look(news);
            for (Runnable each : news) {
                each.run();
            }
            tellWhoIsAwaited();
        }
        if (readyAfter != null) {
            ServiceGroup.LOG.info("all are ready, after {}", Durations.text(readyAfter));
            board.publishReady();
            PreloadList.load(ServiceStarter.class);
        } else if (decided != null) {
            board.publish(decided);
        }
    }

    /**
     * Does what there is to do, or else waits for a change; returns whether it is to be called again. What is to be said
     * of it, to the log or the observer, is left to the caller, who holds no lock.
     */
    private boolean look(List<Runnable> news) {
        board.lock.lock();
        try {
            startThoseWhoseTurnItIs(news);
            long left = giveUpOnTheLate(news);
            if (board.isOver()) {
                return false;
            }
            boolean settled = areSettled(entries);
            if (settled && board.isEachReadyLogged()) {
                board.ready();
                readyAfter = board.ticker.since(begunAt);
                return false;
            }
            if (!settled) {
                noteIfOthersAreAwaited();
            }
            if (news.isEmpty() && newlyAwaited == null) {
                board.ticker.await(board.lock, board.changed, left);
            }
            return true;
        } catch (InterruptedException e) {
            return true; // nobody has a reason to interrupt this thread
        } finally {
            board.lock.unlock();
        }
    }

    private void noteIfOthersAreAwaited() {
        List<String> now = new ArrayList<>();
        for (ManagedService entry : entries) {
            if (!entry.isSettled()) {
                now.add(entry.name);
            }
        }
        if (!now.equals(awaited)) {
            awaited = List.copyOf(now);
            newlyAwaited = awaited;
        }
    }

    private void tellWhoIsAwaited() {
        List<String> names = newlyAwaited;
        newlyAwaited = null;
        if (names == null) {
            return;
        }
        for (ServiceGroupListener listener : board.listenersNow()) {
            listener.onWaiting(names);
        }
    }

    private static boolean areSettled(List<ManagedService> entries) {
        for (ManagedService entry : entries) {
            if (!entry.isSettled()) {
                return false;
            }
        }
        return true;
    }

    private void startThoseWhoseTurnItIs(List<Runnable> news) {
        for (ManagedService entry : entries) {
            if (!board.isOver() && entry.state() == ServiceState.WAITING && areSettled(entry.dependencies)) {
                start(entry, news);
            }
        }
    }

    private void start(ManagedService entry, List<Runnable> news) {
        try {
            Thread thread = NamedThreads.nonDaemon("service-" + entry.name, new ServiceRunner(entry, board));
            thread.setContextClassLoader(board.contextLoader());
            entry.starts(thread, Deadline.after(board.ticker, startTimeout));
            thread.start();
        } catch (Throwable t) { // an OutOfMemoryError: no more threads to be had
            fail(entry, t, news);
            entry.ends(false);
        }
    }

    /** Returns the nanoseconds until the next service is late. */
    private long giveUpOnTheLate(List<Runnable> news) {
        long least = Long.MAX_VALUE;
        for (ManagedService entry : entries) {
            if (entry.state().hasThread() && !entry.isSettled()) {
                long left = entry.startTimeLeft();
                if (left <= 0) {
                    isLate(entry, news);
                } else {
                    least = Math.min(least, left);
                }
            }
        }
        return least;
    }

    private void isLate(ManagedService entry, List<Runnable> news) {
        Exception late = entry.late(startTimeout);
        if (entry.isOptional()) {
            entry.isNotWaitedFor(late);
            news.add(() -> ServiceGroup.LOG.warn("no longer waiting for '{}'", entry.name, late));
        } else {
            fail(entry, late, news);
        }
    }

    private void fail(ManagedService entry, Throwable failure, List<Runnable> news) {
        entry.fails(failure);
        if (entry.isOptional()) {
            news.add(() -> ServiceGroup.LOG.warn("'{}' failed; the others go on", entry.name, failure));
        } else {
            ShutdownReason reason = new ShutdownReason.ServiceFailed(entry.name, failure);
            boolean first = board.decide(reason);
            if (first) {
                decided = reason;
            }
            news.add(() -> ServiceGroup.LOG.error("'{}' failed{}", entry.name, first ? "" : ", too", failure));
        }
    }
}
