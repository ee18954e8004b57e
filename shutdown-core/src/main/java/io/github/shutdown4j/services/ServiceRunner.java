package io.github.shutdown4j.services;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.services.ServicePolicy.Reaction;
import io.github.shutdown4j.trigger.ShutdownReason;

/** The body of a service's thread: runs the service, restarts it according to its policy, and decides the consequences. */
final class ServiceRunner implements Runnable {

    /** A limit, because causes may form a cycle. */
    private static final int MAX_CAUSES = 20;

    private final ManagedService managed;
    private final ServiceGroupState groupState;
    private final @Nullable RestartHistory history;
    /** The reason that this thread has decided and must publish. */
    private @Nullable ShutdownReason decided;

    ServiceRunner(ManagedService managed, ServiceGroupState groupState) {
        this.managed = managed;
        this.groupState = groupState;
        RestartPolicy restarts = managed.policy.restart().orElse(null);
        this.history = restarts == null ? null : new RestartHistory(restarts);
    }

    /** A log line, and the delay before the next start if there is one. */
    record RunResult(
            Level level,
            String line,
            @Nullable Throwable cause,
            @Nullable Duration restartAfter) {}

    @Override
    public void run() {
        ServiceRun run = begin();
        while (run != null) {
            Throwable thrown = call(run);
            RunResult result = judge(thrown);
            publish(); // before a logger can block
            ServiceGroup.LOG.log(result.level(), "'{}' {}", managed.name, result.line(), result.cause());
            if (result.restartAfter() == null) {
                break;
            }
            waitForRestart(result.restartAfter());
            run = begin();
        }
    }

    private void publish() {
        if (decided != null) {
            groupState.publish(decided);
        }
    }

    /** Returns the next run; null if the group is stopping, which ends the service. */
    private @Nullable ServiceRun begin() {
        groupState.lock.lock();
        try {
            if (groupState.isStopping()) {
                managed.endsWithoutRun();
                return null;
            }
            ServiceRun run = new ServiceRun(managed, groupState);
            managed.runs(run);
            return run;
        } finally {
            groupState.lock.unlock();
        }
    }

    private @Nullable Throwable call(ServiceRun run) {
        try {
            managed.service.run(run);
            return null;
        } catch (Throwable t) {
            return t;
        } finally {
            // An interrupt was meant for the run that has ended.
            boolean unused = Thread.interrupted();
        }
    }

    private RunResult judge(@Nullable Throwable thrown) {
        groupState.lock.lock();
        try {
            Duration readyFor = managed.readyFor();
            managed.runIsOver();
            if (thrown == null || (managed.isStopRequested() && isInterruption(thrown))) {
                return end(thrown == null);
            }
            if (managed.isStopRequested() || groupState.isStopping() || managed.hasFailed()) {
                return fail(
                        Level.WARN,
                        managed.isStopRequested() ? "failed while it was being stopped" : "also failed",
                        thrown);
            }
            if (history == null) {
                return failFinally("failed", thrown);
            }
            return history.afterFailure(groupState.ticker.nanoTime(), readyFor)
                    .map(delay -> restart(history.consecutive(), delay, thrown))
                    .orElseGet(() -> failFinally("failed once more than its " + limits(), thrown));
        } finally {
            groupState.lock.unlock();
        }
    }

    private RunResult end(boolean completed) {
        boolean requested = managed.isStopRequested();
        managed.ends(completed);
        if (requested) {
            return new RunResult(Level.DEBUG, "has stopped", null, null);
        }
        boolean significant = managed.policy.onEnd() == Reaction.SHUTDOWN && !managed.hasFailed();
        boolean first = significant && decide(new ShutdownReason.ServiceEnded(managed.name));
        return new RunResult(Level.INFO, first ? "has ended, shutting down" : "has ended", null, null);
    }

    private RunResult restart(int consecutive, Duration delay, Throwable thrown) {
        managed.waitsForRestart(thrown);
        String line = "failed and is started again in " + Durations.text(delay);
        // Only the first of consecutive failures is logged with its stack trace.
        return consecutive == 1
                ? new RunResult(Level.WARN, line, thrown, delay)
                : new RunResult(
                        Level.WARN,
                        line + ", failure " + consecutive + " in a row: " + OneLine.of(thrown),
                        null,
                        delay);
    }

    private RunResult failFinally(String line, Throwable thrown) {
        if (managed.isOptional()) {
            return fail(Level.WARN, line + "; the other services continue", thrown);
        }
        boolean first = decide(new ShutdownReason.ServiceFailed(managed.name, thrown));
        return fail(Level.ERROR, first ? line : line + " also", thrown);
    }

    private boolean decide(ShutdownReason reason) {
        boolean first = groupState.decide(reason);
        if (first) {
            decided = reason;
        }
        return first;
    }

    private RunResult fail(Level level, String line, Throwable thrown) {
        managed.fails(thrown);
        managed.ends(false);
        return new RunResult(level, line, thrown, null);
    }

    private void waitForRestart(Duration delay) {
        Deadline deadline = Deadline.after(groupState.ticker, delay);
        groupState.lock.lock();
        try {
            while (!groupState.isStopping() && !deadline.isExpired()) {
                groupState.ticker.awaitOrPause(groupState.lock, groupState.stopBegins, deadline.remainingNanos());
            }
        } catch (InterruptedException e) {
            // Interrupted by code of an earlier run that knows this thread: the next run starts early.
        } finally {
            groupState.lock.unlock();
        }
    }

    /** Whether an interrupt has ended the service; interrupted channels throw an exception of their own. */
    private boolean isInterruption(Throwable thrown) {
        if (!managed.wasReady()) { // its start was interrupted and may have wrapped the exception
            Throwable each = thrown;
            for (int depth = 0; each != null && depth < MAX_CAUSES; depth++, each = Failures.cause(each)) {
                if (each instanceof InterruptedException || each instanceof ClosedByInterruptException) {
                    return true;
                }
            }
        }
        return thrown instanceof InterruptedException
                || (managed.isInterrupted() && thrown instanceof ClosedByInterruptException);
    }

    private String limits() {
        return managed.policy
                .restart()
                .map(policy -> policy.maxRestarts() + " restarts within " + Durations.text(policy.within()))
                .orElse("");
    }
}
