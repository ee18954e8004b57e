package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;

/**
 * Starts the services of a group, each in its turn, watches their time, says when all are ready, and is gone: the body
 * of a thread that lives until then or until the group is over.
 */
final class ServiceStarter implements Runnable {

    private final List<ServiceEntry> entries;
    private final Duration startTimeout;
    private final ServiceBoard board;
    private final long begunAt;
    private boolean ready;
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
            List<Runnable> logLines = new ArrayList<>();
            more = look(logLines);
            logLines.forEach(Runnable::run);
        }
        if (ready) {
            board.publishReady();
        } else if (decided != null) {
            board.publish(decided);
        }
    }

    /** Does what there is to do, or else waits for a change; returns whether it is to be called again. */
    private boolean look(List<Runnable> logLines) {
        board.lock.lock();
        try {
            startThoseWhoseTurnItIs(logLines);
            long left = giveUpOnTheLate(logLines);
            if (board.isOver()) {
                return false;
            }
            if (entries.stream().allMatch(ServiceEntry::isSettled)) {
                board.ready();
                ready = true;
                Duration took = board.ticker.since(begunAt);
                logLines.add(() -> ServiceGroup.LOG.info("all are ready, after {}", Durations.text(took)));
                return false;
            }
            if (logLines.isEmpty()) {
                board.ticker.await(board.lock, board.changed, left);
            }
            return true;
        } catch (InterruptedException e) {
            return true; // nobody has a reason to interrupt this thread
        } finally {
            board.lock.unlock();
        }
    }

    private void startThoseWhoseTurnItIs(List<Runnable> logLines) {
        for (ServiceEntry entry : entries) {
            if (!board.isOver()
                    && entry.state() == ServiceState.WAITING
                    && entry.dependencies.stream().allMatch(ServiceEntry::isSettled)) {
                start(entry, logLines);
            }
        }
    }

    private void start(ServiceEntry entry, List<Runnable> logLines) {
        try {
            Thread thread = NamedThreads.keepingAlive("service-" + entry.name, new ServiceRunner(entry, board));
            thread.setContextClassLoader(board.contextLoader());
            entry.starts(thread, Deadline.after(board.ticker, startTimeout));
            thread.start();
        } catch (Throwable t) { // an OutOfMemoryError: no more threads to be had
            fail(entry, t, logLines);
            entry.ends(false);
        }
    }

    /** Returns the nanoseconds until the next service is late. */
    private long giveUpOnTheLate(List<Runnable> logLines) {
        long least = Long.MAX_VALUE;
        for (ServiceEntry entry : entries) {
            if (entry.state().hasThread() && !entry.isSettled()) {
                long left = entry.startTimeLeft();
                if (left <= 0) {
                    isLate(entry, logLines);
                } else {
                    least = Math.min(least, left);
                }
            }
        }
        return least;
    }

    private void isLate(ServiceEntry entry, List<Runnable> logLines) {
        Exception late = entry.late(startTimeout);
        if (entry.isOptional()) {
            entry.isNotWaitedFor(late);
            logLines.add(() -> ServiceGroup.LOG.warn("no longer waiting for '{}'", entry.name, late));
        } else {
            fail(entry, late, logLines);
        }
    }

    private void fail(ServiceEntry entry, Throwable failure, List<Runnable> logLines) {
        entry.fails(failure);
        if (entry.isOptional()) {
            logLines.add(() -> ServiceGroup.LOG.warn("'{}' failed; the others go on", entry.name, failure));
        } else {
            ShutdownReason reason = new ShutdownReason.ServiceFailed(entry.name, failure);
            boolean first = board.decide(reason);
            if (first) {
                decided = reason;
            }
            logLines.add(() -> ServiceGroup.LOG.error("'{}' failed{}", entry.name, first ? "" : ", too", failure));
        }
    }
}
