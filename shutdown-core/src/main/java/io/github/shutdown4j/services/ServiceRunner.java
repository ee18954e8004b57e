package io.github.shutdown4j.services;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.services.ServicePolicy.Reaction;
import io.github.shutdown4j.trigger.ShutdownReason;

/** The body of a service's thread: runs the service, again if its policy says so, and judges what each end means. */
final class ServiceRunner implements Runnable {

    private final ManagedService entry;
    private final ServiceGroupState board;
    private final @Nullable RestartHistory history;
    /** What this thread has decided, and has to publish. */
    private @Nullable ShutdownReason decided;

    ServiceRunner(ManagedService entry, ServiceGroupState board) {
        this.entry = entry;
        this.board = board;
        RestartPolicy restarts = entry.policy.restart().orElse(null);
        this.history = restarts == null ? null : new RestartHistory(restarts);
    }

    /** A line for the log, and the delay before the next start if there is to be one. */
    record Verdict(
            Level level,
            String line,
            @Nullable Throwable cause,
            @Nullable Duration restartAfter) {}

    @Override
    public void run() {
        ServiceRun run = begin();
        while (run != null) {
            Throwable thrown = call(run);
            Verdict verdict = judge(thrown);
            publish(); // before a logger can block
            ServiceGroup.LOG.log(verdict.level(), "'{}' {}", entry.name, verdict.line(), verdict.cause());
            if (verdict.restartAfter() == null) {
                break;
            }
            waitForRestart(verdict.restartAfter());
            run = begin();
        }
    }

    private void publish() {
        if (decided != null) {
            board.publish(decided);
        }
    }

    /** The next run; null if the group has begun to stop, and then the service is over. */
    private @Nullable ServiceRun begin() {
        board.lock.lock();
        try {
            if (board.isStopping()) {
                entry.endsWithoutRun();
                return null;
            }
            ServiceRun run = new ServiceRun(entry, board);
            entry.runs(run);
            return run;
        } finally {
            board.lock.unlock();
        }
    }

    private @Nullable Throwable call(ServiceRun run) {
        try {
            entry.service.run(run);
            return null;
        } catch (Throwable t) {
            return t;
        } finally {
            // An interrupt was meant for the run that is over.
            boolean unused = Thread.interrupted();
        }
    }

    private Verdict judge(@Nullable Throwable thrown) {
        board.lock.lock();
        try {
            Duration readyFor = entry.readyFor();
            entry.runIsOver();
            if (thrown == null || (entry.isTold() && isInterruption(thrown))) {
                return end(thrown == null);
            }
            if (entry.isTold() || board.isStopping() || entry.hasFailed()) {
                return fail(Level.WARN, entry.isTold() ? "failed while it was being stopped" : "failed, too", thrown);
            }
            if (history == null) {
                return failFinally("failed", thrown);
            }
            return history.afterFailure(board.ticker.nanoTime(), readyFor)
                    .map(delay -> restart(history.inARow(), delay, thrown))
                    .orElseGet(() -> failFinally("failed once more than its " + limits(), thrown));
        } finally {
            board.lock.unlock();
        }
    }

    private Verdict end(boolean completed) {
        boolean told = entry.isTold();
        entry.ends(completed);
        if (told) {
            return new Verdict(Level.DEBUG, "has stopped", null, null);
        }
        boolean significant = entry.policy.onEnd() == Reaction.SHUTDOWN && !entry.hasFailed();
        boolean first = significant && decide(new ShutdownReason.ServiceEnded(entry.name));
        return new Verdict(Level.INFO, first ? "has ended, and so does the process" : "has ended", null, null);
    }

    private Verdict restart(int inARow, Duration delay, Throwable thrown) {
        entry.waitsForRestart(thrown);
        String line = "failed and is started again in " + Durations.text(delay);
        // The stack of the first failure in a row; the rest are mostly the same again.
        return inARow == 1
                ? new Verdict(Level.WARN, line, thrown, delay)
                : new Verdict(
                        Level.WARN, line + ", failure " + inARow + " in a row: " + OneLine.of(thrown), null, delay);
    }

    private Verdict failFinally(String line, Throwable thrown) {
        if (entry.isOptional()) {
            return fail(Level.WARN, line + "; the others go on", thrown);
        }
        boolean first = decide(new ShutdownReason.ServiceFailed(entry.name, thrown));
        return fail(Level.ERROR, first ? line : line + ", too", thrown);
    }

    private boolean decide(ShutdownReason reason) {
        boolean first = board.decide(reason);
        if (first) {
            decided = reason;
        }
        return first;
    }

    private Verdict fail(Level level, String line, Throwable thrown) {
        entry.fails(thrown);
        entry.ends(false);
        return new Verdict(level, line, thrown, null);
    }

    private void waitForRestart(Duration delay) {
        Deadline deadline = Deadline.after(board.ticker, delay);
        board.lock.lock();
        try {
            while (!board.isStopping() && !deadline.isExpired()) {
                board.ticker.await(board.lock, board.stopBegins, deadline.remainingNanos());
            }
        } catch (InterruptedException e) {
            // By somebody whom an earlier run gave this thread to: the next run comes early.
        } finally {
            board.lock.unlock();
        }
    }

    /** Channels answer an interrupt with an exception of their own. */
    private boolean isInterruption(Throwable thrown) {
        return thrown instanceof InterruptedException
                || (entry.isInterrupted() && thrown instanceof ClosedByInterruptException);
    }

    private String limits() {
        return entry.policy
                .restart()
                .map(policy -> policy.maxRestarts() + " restarts within " + Durations.text(policy.within()))
                .orElse("");
    }
}
