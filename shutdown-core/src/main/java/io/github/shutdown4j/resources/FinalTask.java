package io.github.shutdown4j.resources;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.shutdown4j.internal.ThreadDump;

/**
 * The last task of a wrapped scheduler, such as that of {@code newSingleThreadScheduledExecutor}: it runs after those that
 * are due and drops those that are not, by {@code shutdownNow()}. That would interrupt whatever the scheduler is running
 * on other threads, which the wrapper hides; so it waits until no other thread runs a scheduled task. From Java 21 on a
 * thread dump says which threads belong to the same scheduler, virtual ones too; before, their names do. A fork-join pool
 * is found by its thread.
 */
final class FinalTask implements Runnable {

    private static final long FIRST_PAUSE_NANOS = 10_000_000L;
    private static final long MAX_PAUSE_NANOS = 500_000_000L;
    private static final String TASK_TYPE = "java.util.concurrent.ScheduledThreadPoolExecutor$ScheduledFutureTask";
    /** Threads of two pools with the JDK's own thread factory: their names tell the pools apart. */
    private static final Pattern POOL_THREAD = Pattern.compile("(pool-\\d+-)thread-\\d+");

    private enum Progress {
        QUEUED,
        BEGUN,
        /** In a scheduler whose delayed tasks are not dropped yet. */
        WAITING,
        ENDED
    }

    private final ExecutorService executor;
    private final DelayedTasks delayed;
    private volatile Progress progress = Progress.QUEUED;

    FinalTask(ExecutorService executor, DelayedTasks delayed) {
        this.executor = executor;
        this.delayed = delayed;
    }

    @Override
    public void run() {
        progress = Progress.BEGUN;
        Thread own = Thread.currentThread();
        if (own instanceof ForkJoinWorkerThread worker) {
            delayed.dropOf(worker.getPool());
            progress = Progress.ENDED;
            return;
        }
        if (!runsScheduledTask(Arrays.asList(own.getStackTrace()))) {
            return; // not in a ScheduledThreadPoolExecutor
        }
        progress = Progress.WAITING;
        long pause = FIRST_PAUSE_NANOS;
        while (mayAnotherTaskRun(own)) {
            LockSupport.parkNanos(pause);
            if (own.isInterrupted()) { // the time of the resource is up
                return;
            }
            pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
        }
        delayed.dropped(executor.shutdownNow());
        progress = Progress.ENDED;
    }

    boolean hasBegun() {
        return progress != Progress.QUEUED;
    }

    /** Whether it runs in a scheduler, and has not dropped what is not due. */
    boolean waits() {
        return progress == Progress.WAITING;
    }

    /** A dump is needed only on a virtual thread, or if the names of the threads do not decide it: it costs far more. */
    private static boolean mayAnotherTaskRun(Thread own) {
        if (!mayAnotherPlatformThreadRun(own)) {
            return false;
        }
        Neighbours neighbours = new Neighbours(Long.toString(own.getId()));
        if (ThreadDump.visit(neighbours) && neighbours.ownContainer.contains("@")) { // else it is in "<root>"
            return neighbours.running.contains(neighbours.ownContainer);
        }
        return true;
    }

    private static boolean mayAnotherPlatformThreadRun(Thread own) {
        Map<Thread, StackTraceElement[]> all = Thread.getAllStackTraces();
        if (!all.containsKey(own)) {
            return true; // a virtual thread, whose neighbours cannot be seen
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

    /** The executors that run scheduled tasks on other threads, and that of this one. */
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
