package io.github.shutdown4j.resources;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.shutdown4j.internal.ThreadDump;

/**
 * The last task of a wrapped scheduler, such as that of {@code newSingleThreadScheduledExecutor}. It runs after the tasks
 * that are due and drops the others with {@code shutdownNow()}. That would also interrupt the tasks that the scheduler is
 * running on other threads, which the wrapper hides, so this task first waits until no other thread runs a scheduled task.
 * From Java 21 on a thread dump shows which threads belong to the same scheduler, including virtual ones; before that,
 * their names do. A fork-join pool is found by its thread.
 */
final class FinalTask implements Runnable {

    private static final long FIRST_PAUSE_NANOS = 10_000_000L;
    private static final long MAX_PAUSE_NANOS = 500_000_000L;
    /** With an idle pool it takes much less; one that is busy must not be kept from its shutdown. */
    private static final long MAX_PREPARATION_MILLIS = 200;

    private static final String TASK_TYPE = "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask";
    /** The thread names of the JDK's default factory, which contain the number of the pool. */
    private static final Pattern POOL_THREAD = Pattern.compile("(pool-\\d+-)thread-\\d+");

    private enum Progress {
        QUEUED,
        BEGUN,
        /** The task runs in a scheduler and has not dropped its delayed tasks yet. */
        WAITING,
        /** The task has run in something that is no scheduler of the JDK. */
        FOREIGN,
        ENDED
    }

    private final ExecutorService executor;
    private final DelayedTasks delayed;
    private final CountDownLatch prepared = new CountDownLatch(1);
    private volatile Progress progress = Progress.QUEUED;

    FinalTask(ExecutorService executor, DelayedTasks delayed) {
        this.executor = executor;
        this.delayed = delayed;
    }

    @Override
    public void run() {
        progress = Progress.BEGUN;
        Thread own = Thread.currentThread();
        try {
            if (own instanceof ForkJoinWorkerThread worker) {
                delayed.runIn(worker.getPool());
                progress = Progress.ENDED;
                return;
            }
        } finally {
            prepared.countDown();
        }
        if (!runsScheduledTask(Arrays.asList(own.getStackTrace()))) {
            progress = Progress.FOREIGN;
            return;
        }
        progress = Progress.WAITING;
        long pause = FIRST_PAUSE_NANOS;
        while (mayAnotherTaskRun(own)) {
            LockSupport.parkNanos(pause);
            if (own.isInterrupted()) { // the resource has reached its limit
                return;
            }
            pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
        }
        delayed.dropped(executor.shutdownNow());
        progress = Progress.ENDED;
    }

    /**
     * Waits a moment until the count of the delayed tasks of a fork-join pool is prepared, which is possible only before its
     * shutdown. An interrupt ends the wait, and is kept.
     */
    void awaitPreparation() {
        try {
            var unused = prepared.await(MAX_PREPARATION_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException outOfTime) {
            Thread.currentThread().interrupt();
        }
    }

    boolean hasBegun() {
        return progress != Progress.QUEUED;
    }

    /** Whether the task has run, and could not drop anything. */
    boolean isInForeignScheduler() {
        return progress == Progress.FOREIGN;
    }

    /** Whether the task runs in a scheduler and has not dropped the delayed tasks yet. */
    boolean waits() {
        return progress == Progress.WAITING;
    }

    /** Takes the expensive thread dump only on a virtual thread, or if the thread names are not conclusive. */
    private static boolean mayAnotherTaskRun(Thread own) {
        if (!mayAnotherPlatformThreadRun(own)) {
            return false;
        }
        Neighbours neighbours = new Neighbours(Long.toString(own.getId()));
        if (ThreadDump.visit(neighbours) && neighbours.ownContainer.contains("@")) { // otherwise it is in "<root>"
            return neighbours.running.contains(neighbours.ownContainer);
        }
        return true;
    }

    private static boolean mayAnotherPlatformThreadRun(Thread own) {
        Map<Thread, StackTraceElement[]> all = Thread.getAllStackTraces();
        if (!all.containsKey(own)) {
            return true; // a virtual thread, whose neighbours are not visible
        }
        String ownPool = pool(own);
        for (Map.Entry<Thread, StackTraceElement[]> each : all.entrySet()) {
            Thread other = each.getKey();
            if (other != own && runsScheduledTask(Arrays.asList(each.getValue()))) {
                String otherPool = pool(other);
                if (ownPool.isEmpty() || otherPool.isEmpty() || ownPool.equals(otherPool)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String pool(Thread thread) {
        Matcher matcher = POOL_THREAD.matcher(thread.getName());
        return matcher.matches() ? matcher.group(1) : "";
    }

    private static boolean runsScheduledTask(List<StackTraceElement> stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals(TASK_TYPE)) {
                return true;
            }
        }
        return false;
    }

    /** Collects the executors that run scheduled tasks on other threads, and that of this thread. */
    private static final class Neighbours implements ThreadDump.Visitor {

        final Set<String> running = new HashSet<>();
        private final String ownId;
        String ownContainer = "";

        Neighbours(String ownId) {
            this.ownId = ownId;
        }

        @Override
        public void onThread(String container, String id, String name, List<StackTraceElement> stack) {
            if (id.equals(ownId)) {
                ownContainer = container;
            } else if (runsScheduledTask(stack)) {
                running.add(container);
            }
        }
    }
}
