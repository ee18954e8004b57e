package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.UnfinishedWork;

/** Shuts an executor down gracefully, and forcibly once it is interrupted. */
final class ExecutorResource extends NamedResource implements TaskHolder {

    /** Half of the grace after the interrupt, so that interrupted tasks end before the next resource is released. */
    private static final Duration MAX_TASK_GRACE = Duration.ofMillis(50);
    /** The time until the first search for running tasks; each further interval is four times as long. */
    private static final long FIRST_SEARCH_NANOS = 200_000_000L;
    /** The time between the first two looks at a fork-join pool with delayed tasks; each further one is twice as long. */
    private static final long FIRST_DROP_NANOS = 1_000_000L;
    /** The time between two questions to an executor that does not wait for its termination when asked to. */
    private static final Duration IMPATIENT_PAUSE = Duration.ofMillis(20);
    /** A wait that ends this much too early is normal. */
    private static final long EARLY_NANOS = 1_000_000L;

    private final ExecutorService executor;
    private final Ticker ticker;
    private final DelayedTasks delayedTasks;
    private final ExecutorTasks tasks;
    /** Whether a wait has ended long before its time. */
    private boolean isImpatient;

    private volatile String summary = "";

    ExecutorResource(String name, int priority, ExecutorService executor) {
        this(name, priority, executor, Ticker.system());
    }

    ExecutorResource(String name, int priority, ExecutorService executor, Ticker ticker) {
        this(name, priority, executor, ticker, new ExecutorTasks(executor));
    }

    ExecutorResource(String name, int priority, ExecutorService executor, Ticker ticker, ExecutorTasks tasks) {
        super(name, priority);
        PreloadList.use("executors");
        this.executor = Checks.notNull("executor", executor);
        this.ticker = ticker;
        if (executor == ForkJoinPool.commonPool()) {
            throw new IllegalArgumentException("executor must not be the common pool, which cannot be shut down: give '"
                    + name + "' a pool of its own, or wait for its tasks with a ConnectionTracker");
        }
        this.delayedTasks = new DelayedTasks(executor);
        this.tasks = tasks;
    }

    @Override
    public void release() throws Exception {
        long start = ticker.nanoTime();
        Throwable failure = dropDelayedTasks();
        executor.shutdown();
        updateSummary(0, 0, "");
        try {
            awaitTermination(start);
            updateSummary(0, 0, "");
        } catch (InterruptedException outOfTime) {
            if (failure != null) {
                outOfTime.addSuppressed(failure);
            }
            shutDownForcibly(ticker.since(start), outOfTime);
            throw outOfTime;
        }
        Failures.rethrow(failure);
    }

    /** Returns the failure, such as a missing thread for the final task; the executor is shut down anyway. */
    private @Nullable Throwable dropDelayedTasks() {
        try {
            delayedTasks.drop();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    private void shutDownForcibly(Duration had, InterruptedException outOfTime) {
        Duration grace = Durations.least(Durations.part(had, 20), MAX_TASK_GRACE);
        countAgain(had, grace);
        int running = running();
        int queued = queued();
        String remedy = joined(delayedTasks.droppedAtTheLimit(), isImpatient ? impatience() : delayedTasks.remedy());
        int returned = executor.shutdownNow().size();
        int neverStarted = Math.max(queued, returned - (delayedTasks.isFinalTaskQueued() ? Math.min(1, returned) : 0));
        updateSummary(neverStarted, running, remedy);
        try {
            if (!executor.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
                countAgain(had, grace);
                String left = running == 0 ? "" : Math.min(running, running()) + " of them still running";
                updateSummary(neverStarted, running, joined(left, remedy));
            }
        } catch (InterruptedException again) {
            outOfTime.addSuppressed(again);
        }
    }

    /** Only if the executor cannot report the number, and only if the search is quick, because little time is left. */
    private void countAgain(Duration age, Duration grace) {
        if (!(executor instanceof ThreadPoolExecutor) && delayedTasks.shutDownPool() == null) {
            tasks.findIfQuick(age, Durations.part(grace, 4));
        }
    }

    private void awaitTermination(long start) throws InterruptedException {
        long slice = FIRST_SEARCH_NANOS;
        boolean idle = false;
        while (!terminatesWithin(slice, start)) {
            tasks.search(ticker.since(start));
            ForkJoinPool pool = delayedTasks.shutDownPool();
            if (pool != null) {
                tasks.searchIn(pool);
                boolean wasIdle = idle;
                idle = isIdle(pool, ticker.since(start));
                remind(pool, wasIdle && idle);
                slice = Math.min(4 * slice, 1_000_000_000L);
            } else {
                slice = Math.min(4 * slice, TimeUnit.HOURS.toNanos(1));
            }
        }
    }

    /** Drops the delayed tasks of a fork-join pool as soon as it has ended the others, which may have time-outs. */
    private boolean terminatesWithin(long nanos, long start) throws InterruptedException {
        long begin = Ticker.system().nanoTime();
        long pause = FIRST_DROP_NANOS;
        while (delayedTasks.mayWaitInPool() && elapsed(begin) < nanos) {
            ForkJoinPool pool = delayedTasks.shutDownPool();
            if (pool != null) {
                tasks.searchIn(pool);
                if (isIdle(pool, ticker.since(start))) {
                    delayedTasks.dropFrom(pool);
                    break;
                }
            }
            if (terminatesWithin(Math.min(pause, nanos))) {
                return true;
            }
            pause = 2 * pause;
        }
        return terminatesWithin(Math.max(1, nanos - elapsed(begin)));
    }

    /**
     * Waits for the whole time, even if the executor does not: the common pool returns as soon as it is idle, and without
     * looking at the interrupt of this thread.
     */
    private boolean terminatesWithin(long nanos) throws InterruptedException {
        long start = Ticker.system().nanoTime();
        while (!executor.awaitTermination(nanos - elapsed(start), TimeUnit.NANOSECONDS)) {
            long left = nanos - elapsed(start);
            if (left < EARLY_NANOS) {
                return false;
            }
            isImpatient |= left > nanos / 2;
            Duration pause = Durations.least(IMPATIENT_PAUSE, Duration.ofNanos(left));
            new Sleeper(Ticker.system()).sleep(pause);
        }
        return true;
    }

    private static long elapsed(long start) {
        return Ticker.system().nanoTime() - start;
    }

    private String impatience() {
        return executor.getClass().getName()
                + ".awaitTermination returns before its time, as the common pool does, which"
                + " cannot be shut down; wait for the tasks of such an executor with a ConnectionTracker";
    }

    /**
     * Shuts the pool down once more, because on JDK 25 a pool can fail to notice the first time. A pool without remaining
     * work loses nothing by {@code shutdownNow}.
     */
    private static void remind(ForkJoinPool pool, boolean hasNothingLeft) {
        if (hasNothingLeft) {
            pool.shutdownNow();
        } else {
            pool.shutdown();
        }
    }

    /** Also checks the stacks, because the pool does not count a task as active while that waits for another one. */
    private boolean isIdle(ForkJoinPool pool, Duration age) {
        return pool.getActiveThreadCount() == 0
                && pool.getQueuedTaskCount() == 0
                && !pool.hasQueuedSubmissions()
                && tasks.findsNone(age);
    }

    /** The number of running tasks. */
    private int running() {
        if (executor instanceof ThreadPoolExecutor threads) {
            return threads.getActiveCount();
        }
        ForkJoinPool pool = delayedTasks.shutDownPool();
        return pool != null ? pool.getActiveThreadCount() : tasks.count();
    }

    /** The number of queued tasks that {@code shutdownNow()} does not return. */
    private int queued() {
        ForkJoinPool pool = delayedTasks.shutDownPool();
        if (pool == null) {
            return 0;
        }
        long queued = pool.getQueuedTaskCount() + pool.getQueuedSubmissionCount() - delayedTasks.queuedForTheCount();
        return (int) Math.max(0, Math.min(queued, Integer.MAX_VALUE));
    }

    private void updateSummary(int queued, int interrupted, String remedy) {
        int neverStarted = delayedTasks.dropped() + queued;
        String text = neverStarted == 0 ? "" : text(neverStarted) + " never started";
        if (interrupted > 0) {
            text = text + (text.isEmpty() ? "" : ", ") + text(interrupted) + " interrupted";
        }
        summary = joined(text, remedy);
    }

    private static String joined(String first, String second) {
        return first + (first.isEmpty() || second.isEmpty() ? "" : "; ") + second;
    }

    private static String text(int tasks) {
        return tasks == 1 ? "1 task" : tasks + " tasks";
    }

    @Override
    public List<UnfinishedWork> tasks() {
        return tasks.latest();
    }

    @Override
    public int taskCount() {
        return tasks.count();
    }

    @Override
    public String planWarning() {
        return delayedTasks.planWarning();
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String toString() {
        return "resource '" + name() + "' shutting down " + executor;
    }
}
