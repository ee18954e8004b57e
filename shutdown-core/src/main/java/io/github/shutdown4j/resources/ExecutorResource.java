package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;

/** Shuts an executor down: in order, and once it is interrupted, by force. */
final class ExecutorResource implements Resource {

    /** More than a moment would be more than the interruptGrace that follows an interrupt. */
    private static final Duration LONGEST_MOMENT = Duration.ofMillis(50);

    private final String name;
    private final int priority;
    private final ExecutorService executor;
    private final Ticker ticker;
    private volatile String summary = "";

    ExecutorResource(String name, int priority, ExecutorService executor) {
        this(name, priority, executor, Ticker.system());
    }

    ExecutorResource(String name, int priority, ExecutorService executor, Ticker ticker) {
        this.name = Checks.notBlank("name", name);
        this.priority = priority;
        this.executor = Checks.notNull("executor", executor);
        this.ticker = ticker;
        if (executor == ForkJoinPool.commonPool()) {
            throw new IllegalArgumentException("executor must not be the common pool, which cannot be shut down: give '"
                    + name + "' a pool of its own, or wait for its tasks with a ConnectionTracker");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public void release() throws InterruptedException {
        long start = ticker.nanoTime();
        int notDue = dropDelayedTasks();
        executor.shutdown();
        updateSummary(notDue, 0);
        try {
            boolean terminated = false;
            while (!terminated) {
                terminated = executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException outOfTime) {
            int atWork = executor instanceof ThreadPoolExecutor pool ? pool.getActiveCount() : 0;
            int neverStarted = executor.shutdownNow().size();
            updateSummary(notDue + neverStarted, atWork);
            awaitTheInterrupted(ticker.since(start), outOfTime);
            throw outOfTime;
        }
    }

    /** They end well with what is released next: a twentieth of the time they had, half of the interruptGrace for a release. */
    private void awaitTheInterrupted(Duration had, InterruptedException outOfTime) {
        Duration moment = Durations.least(had.dividedBy(20), LONGEST_MOMENT);
        try {
            var unused = executor.awaitTermination(moment.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException again) {
            outOfTime.addSuppressed(again);
        }
    }

    private int dropDelayedTasks() {
        if (!(executor instanceof ScheduledThreadPoolExecutor pool) || pool.isShutdown()) {
            return 0;
        }
        int count = 0;
        for (Runnable task : pool.getQueue()) {
            if (task instanceof RunnableScheduledFuture<?> future
                    && !future.isPeriodic()
                    && !future.isCancelled()
                    && future.getDelay(TimeUnit.NANOSECONDS) > 0) {
                count++;
            }
        }
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return count;
    }

    private void updateSummary(int neverStarted, int interrupted) {
        String first = neverStarted == 0 ? "" : tasks(neverStarted) + " never started";
        String second = interrupted == 0 ? "" : tasks(interrupted) + " interrupted";
        summary = first + (first.isEmpty() || second.isEmpty() ? "" : ", ") + second;
    }

    private static String tasks(int count) {
        return count == 1 ? "1 task" : count + " tasks";
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String toString() {
        return "resource '" + name + "' shutting down " + executor;
    }
}
