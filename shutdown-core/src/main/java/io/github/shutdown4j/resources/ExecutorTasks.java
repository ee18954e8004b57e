package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ThreadPoolExecutor;

import io.github.shutdown4j.internal.StackTraces;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * Finds the tasks that an executor is running, with their stacks: of a fork-join pool by its threads, of other executors
 * in a dump of the JVM from Java 21 on, virtual threads included, and of a thread pool before that by the names that its
 * factory gives. What is hidden in a wrapper is not found.
 */
final class ExecutorTasks {

    /** More would hide the rest of the report. */
    private static final int MAX_TASKS = 16;

    private final ExecutorService executor;
    private final String container;
    private volatile List<UnfinishedWork> latest = List.of();

    ExecutorTasks(ExecutorService executor) {
        this.executor = executor;
        this.container = executor.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(executor));
    }

    /** What was found last. */
    List<UnfinishedWork> latest() {
        return latest;
    }

    /** Looks once more; takes some milliseconds, the first time much more. */
    void find(Duration age) {
        List<UnfinishedWork> found = executor instanceof ForkJoinPool
                ? byThread(age, this::isWorkerOfForkJoinPool)
                : ThreadDump.isAvailable() ? ThreadDump.ofContainer(container, age, MAX_TASKS) : byName(age);
        latest = List.copyOf(found);
    }

    private interface Filter {
        boolean runsTask(Thread thread, StackTraceElement[] stack);
    }

    private static List<UnfinishedWork> byThread(Duration age, Filter filter) {
        List<UnfinishedWork> found = new ArrayList<>();
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            StackTraceElement[] stack = each.getValue();
            if (found.size() < MAX_TASKS && filter.runsTask(each.getKey(), stack)) {
                String thread = each.getKey().getName();
                found.add(new UnfinishedWork("task", age, Optional.of(thread), StackTraces.plain(stack)));
            }
        }
        return found;
    }

    private boolean isWorkerOfForkJoinPool(Thread thread, StackTraceElement[] stack) {
        return thread instanceof ForkJoinWorkerThread worker && worker.getPool() == executor && !isIdle(stack);
    }

    private List<UnfinishedWork> byName(Duration age) {
        if (!(executor instanceof ThreadPoolExecutor pool)) {
            return List.of();
        }
        Thread next = pool.getThreadFactory().newThread(() -> {});
        String prefix = next == null ? "" : next.getName().replaceFirst("\\d+$", "");
        return prefix.isEmpty()
                ? List.of()
                : byThread(
                        age,
                        (thread, stack) -> thread.getName().startsWith(prefix)
                                && has(stack, "java.util.concurrent.ThreadPoolExecutor", "runWorker")
                                && !isIdle(stack));
    }

    /** Whether the thread waits for a task. */
    static boolean isIdle(StackTraceElement[] stack) {
        return has(stack, "java.util.concurrent.ThreadPoolExecutor", "getTask")
                || has(stack, "java.util.concurrent.ForkJoinPool", "awaitWork");
    }

    private static boolean has(StackTraceElement[] stack, String type, String method) {
        return Arrays.stream(stack)
                .anyMatch(frame -> frame.getClassName().equals(type)
                        && frame.getMethodName().equals(method));
    }
}
