package io.github.shutdown4j.resources;

import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last task of a wrapped scheduler, such as that of {@code newSingleThreadScheduledExecutor}: it runs after those that
 * are due and drops those that are not, by {@code shutdownNow()}. That would interrupt whatever the scheduler is running
 * on other threads, which the wrapper hides; so it waits until no other thread runs a scheduled task.
 */
final class FinalTask implements Runnable {

    private static final long PAUSE_NANOS = 10_000_000L;
    private static final String TASK_TYPE = "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask";
    /** Threads of two pools with the JDK's own thread factory: their names tell the pools apart. */
    private static final Pattern POOL_THREAD = Pattern.compile("(pool-\\d+-)thread-\\d+");

    private final ScheduledExecutorService executor;
    private final DelayedTasks delayed;
    private volatile boolean ended;

    FinalTask(ScheduledExecutorService executor, DelayedTasks delayed) {
        this.executor = executor;
        this.delayed = delayed;
    }

    @Override
    public void run() {
        Thread own = Thread.currentThread();
        // Not in a ScheduledThreadPoolExecutor, or on a virtual thread, of whose neighbours no stacks can be had.
        if (!runsScheduledTask(own.getStackTrace())
                || !Thread.getAllStackTraces().containsKey(own)) {
            return;
        }
        while (isAnotherTaskRunning(own)) {
            LockSupport.parkNanos(PAUSE_NANOS);
            if (own.isInterrupted()) { // the time of the resource is up
                return;
            }
        }
        delayed.dropped(executor.shutdownNow());
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    private static boolean isAnotherTaskRunning(Thread own) {
        String ownPool = pool(own);
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            Thread other = each.getKey();
            if (other != own && runsScheduledTask(each.getValue())) {
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

    private static boolean runsScheduledTask(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals(TASK_TYPE)) {
                return true;
            }
        }
        return false;
    }
}
