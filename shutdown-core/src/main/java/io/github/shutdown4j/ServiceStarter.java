package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.Interrupter;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.OneLine;

/**
 * Starts the services of a group, each in its turn, watches their time, says when all are ready, and is gone: the body
 * of a thread that lives until then or until the group is over.
 */
final class ServiceStarter implements Runnable {

    /** What a stop needs, and what follows a failure. */
    private static List<Class<?>> neededAtTheEnd() {
        return List.of(
                Failures.class,
                Interrupter.class,
                OneLine.class,
                ServiceEntry.AtWork.class,
                ServiceRun.Callback.class,
                ServiceRunner.Verdict.class,
                ServiceStop.class,
                ServiceStop.Turn.class,
                ShutdownReason.ServiceEnded.class,
                ShutdownReason.ServiceFailed.class,
                StepResult.class,
                StopCallbacks.class,
                UnfinishedWork.class);
    }

    private final List<ServiceEntry> entries;
    private final Duration startTimeout;
    private final ServiceBoard board;
    private final long begunAt;
    /** Those the observer has heard of last. */
    private List<String> awaited = List.of();

    /** Those whom the observer is still to hear of. */
    private @Nullable List<String> newlyAwaited;

    /** How long it took until all were ready. */
    private @Nullable Duration readyAfter;
    /** What this thread has decided, and has to publish. */
    private @Nullable ShutdownReason decided;

    ServiceStarter(List<ServiceEntry> entries, Duration startTimeout, ServiceBoard board) {
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
            // Naming them loads them: at the end there is no time for it, and the jar may have been replaced.
            var unused = neededAtTheEnd();
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
        for (ServiceEntry entry : entries) {
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
        ServiceFollower told = board.follower();
        if (told != null && newlyAwaited != null) {
            told.onWaiting(newlyAwaited);
        }
        newlyAwaited = null;
    }

    private static boolean areSettled(List<ServiceEntry> entries) {
        for (ServiceEntry entry : entries) {
            if (!entry.isSettled()) {
                return false;
            }
        }
        return true;
    }

    private void startThoseWhoseTurnItIs(List<Runnable> news) {
        for (ServiceEntry entry : entries) {
            if (!board.isOver() && entry.state() == ServiceState.WAITING && areSettled(entry.dependencies)) {
                start(entry, news);
            }
        }
    }

    private void start(ServiceEntry entry, List<Runnable> news) {
        try {
            Thread thread = NamedThreads.keepingAlive("service-" + entry.name, new ServiceRunner(entry, board));
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
        for (ServiceEntry entry : entries) {
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

    private void isLate(ServiceEntry entry, List<Runnable> news) {
        Exception late = entry.late(startTimeout);
        if (entry.isOptional()) {
            entry.isNotWaitedFor(late);
            news.add(() -> ServiceGroup.LOG.warn("no longer waiting for '{}'", entry.name, late));
        } else {
            fail(entry, late, news);
        }
    }

    private void fail(ServiceEntry entry, Throwable failure, List<Runnable> news) {
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
