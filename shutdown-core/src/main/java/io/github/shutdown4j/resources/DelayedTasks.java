package io.github.shutdown4j.resources;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** Drops the tasks of a scheduler that are not due at its shutdown, which would otherwise wait for them. */
final class DelayedTasks {

    /** A fork-join pool is a scheduler from Java 25 on; null before. */
    private static final @Nullable MethodHandle CANCEL_ON_SHUTDOWN =
            DelayedTaskCount.ofForkJoinPool("cancelDelayedTasksOnShutdown", MethodType.methodType(void.class));

    private static final int VIRTUAL_THREADS_SINCE = 21;

    private final ExecutorService executor;
    /** Of a fork-join pool. */
    private final DelayedTaskCount count = new DelayedTaskCount();

    private volatile int dropped;
    /** Whether the delayed tasks of a fork-join pool have been counted and dropped. */
    private volatile boolean isSettled;
    /** The fork-join pool that runs the tasks; for a wrapped one known once its final task has run. */
    private volatile @Nullable ForkJoinPool pool;

    private volatile @Nullable FinalTask finalTask;

    DelayedTasks(ExecutorService executor) {
        this.executor = executor;
        this.pool = executor instanceof ForkJoinPool forkJoin ? forkJoin : null;
    }

    /** Called once, before {@code shutdown()}. Those of a fork-join pool are dropped later, by {@link #dropFrom}. */
    void drop() {
        if (executor.isShutdown()) {
            return;
        }
        if (executor instanceof ScheduledThreadPoolExecutor pool) {
            dropped = count(pool.getQueue());
            pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            pool.setContinueExistingPeriodicTasksAfterShutdownPolicy(false); // else it never ends
        } else if (executor instanceof ForkJoinPool forkJoin) {
            prepare(forkJoin);
        } else if (isWrapper()) {
            FinalTask task = new FinalTask(executor, this);
            try {
                executor.execute(task);
                finalTask = task;
                if (CANCEL_ON_SHUTDOWN != null) {
                    task.awaitPreparation();
                }
            } catch (RejectedExecutionException shutDownMeanwhile) {
                // the executor was shut down by other code meanwhile
            }
        }
    }

    /** Whether the executor may wrap a scheduler. */
    private boolean isWrapper() {
        if (executor instanceof ScheduledExecutorService) {
            return !isScheduler();
        }
        return executor.getClass().getName().equals("java.util.concurrent.Executors$DelegatedExecutorService");
    }

    private boolean isScheduler() {
        return executor instanceof ScheduledThreadPoolExecutor || executor instanceof ForkJoinPool;
    }

    /** Returns a warning if tasks that are not due cannot be dropped; empty otherwise. */
    String planWarning() {
        return planWarning(
                isWrapper(),
                Runtime.version().feature() < VIRTUAL_THREADS_SINCE
                        || ModuleLayer.boot().findModule("jdk.management").isPresent());
    }

    static String planWarning(boolean isWrapper, boolean seesAllThreads) {
        return isWrapper && !seesAllThreads
                ? "hides its scheduler, and without the module jdk.management one on virtual threads waits for tasks that"
                        + " are not due; add the module, or register the ScheduledThreadPoolExecutor itself"
                : "";
    }

    /** Called by the final task. */
    void runIn(ForkJoinPool ofTasks) {
        pool = ofTasks;
        prepare(ofTasks);
    }

    private void prepare(ForkJoinPool ofTasks) {
        if (CANCEL_ON_SHUTDOWN != null && DelayedTaskCount.hasScheduler(ofTasks)) {
            count.prepare(ofTasks);
        }
    }

    /** Whether the executor is a fork-join pool with delayed tasks that must be dropped once the others have ended, or may be. */
    boolean mayWaitInPool() {
        if (isSettled || CANCEL_ON_SHUTDOWN == null) {
            return false;
        }
        ForkJoinPool known = pool;
        if (known != null) {
            return known.isShutdown() && DelayedTaskCount.hasScheduler(known);
        }
        FinalTask task = finalTask;
        return task != null && !task.hasBegun();
    }

    /**
     * Drops the delayed tasks of a fork-join pool that was shut down and is idle. Not while it runs tasks: the time-outs of
     * these are delayed tasks as well, which the pool does not distinguish from others. It drops periodic ones by itself.
     */
    void dropFrom(ForkJoinPool idle) {
        idle.shutdown(); // once more: only an idle pool wakes its scheduler, which then drops the periodic tasks
        dropped = (int) Math.min(count.atRest(idle), Integer.MAX_VALUE);
        isSettled = true;
        try {
            Objects.requireNonNull(CANCEL_ON_SHUTDOWN).invokeExact(idle);
        } catch (Throwable unexpected) {
            throw new IllegalStateException("the delayed tasks of " + idle + " cannot be dropped", unexpected);
        }
    }

    /** Returns what to report of the delayed tasks of a fork-join pool that still runs others at its limit; empty for none. */
    String droppedAtTheLimit() {
        ForkJoinPool known = shutDownPool();
        long delayed = known != null && mayWaitInPool() ? DelayedTaskCount.now(known) : 0;
        return delayed == 0
                ? ""
                : delayed + (delayed == 1 ? " delayed task or time-out" : " delayed tasks or time-outs") + " dropped";
    }

    /** The number of dropped tasks; for a wrapped scheduler available once its final task has run. */
    int dropped() {
        return dropped;
    }

    /**
     * The fork-join pool that runs the tasks and is shut down; null if there is none, its final task has not run yet, or the
     * executor only borrows it.
     */
    @Nullable
    ForkJoinPool shutDownPool() {
        ForkJoinPool known = pool;
        return known != null && known.isShutdown() ? known : null;
    }

    void dropped(Collection<? extends Runnable> tasks) {
        dropped = count(tasks);
    }

    /** Whether the final task is queued, which is not a task of the application. */
    boolean isFinalTaskQueued() {
        FinalTask task = finalTask;
        return task != null && !task.hasBegun();
    }

    /** The number of tasks that a fork-join pool has queued for the count of its delayed tasks. */
    int queuedForTheCount() {
        return count.isQueued() ? 1 : 0;
    }

    /**
     * Returns a hint for the report of a release that has timed out, if the scheduler may still wait for tasks that are not
     * due; empty if it cannot.
     */
    String remedy() {
        FinalTask task = finalTask;
        if (task == null) {
            return "";
        }
        if (task.waits()) {
            return "the scheduler in the wrapper may wait for tasks that are not due; register the"
                    + " ScheduledThreadPoolExecutor itself";
        }
        return task.isInForeignScheduler() && executor instanceof ScheduledExecutorService
                ? executor.getClass().getName() + " may wait for tasks that are not due; cancel them before"
                : "";
    }

    /** Counts the tasks that are neither due nor periodic nor cancelled. */
    private static int count(Collection<? extends Runnable> tasks) {
        int count = 0;
        for (Runnable task : tasks) {
            if (task instanceof RunnableScheduledFuture<?> future
                    && !future.isPeriodic()
                    && !future.isCancelled()
                    && future.getDelay(TimeUnit.NANOSECONDS) > 0) {
                count++;
            }
        }
        return count;
    }
}
