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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.StackTraces;
import io.github.shutdown4j.internal.ThreadDump;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * Finds the running tasks of an executor with their stacks. The tasks of a fork-join pool are found by its threads, those of
 * other executors in a thread dump from Java 21 on, including virtual threads, and before that by the thread names of the
 * pool's factory. Tasks of a wrapped executor are found only in a fork-join pool. Not final for tests only.
 */
class ExecutorTasks {

    /** Limits the length of the report. */
    private static final int MAX_TASKS = 16;

    /**
     * The result of a search.
     *
     * @param count the number of all running tasks
     * @param shown at most {@link #MAX_TASKS} of them
     */
    private record Found(int count, List<UnfinishedWork> shown) {
        static final Found NOTHING = new Found(0, List.of());
    }

    private final ExecutorService executor;
    private volatile @Nullable ForkJoinPool pool;
    private final AtomicBoolean searching = new AtomicBoolean();
    private volatile Found latest = Found.NOTHING;
    private volatile long lastCostNanos;

    ExecutorTasks(ExecutorService executor) {
        this.executor = executor;
        this.pool = executor instanceof ForkJoinPool forkJoin ? forkJoin : null;
    }

    /** Tells that the executor wraps this pool. */
    void searchIn(ForkJoinPool wrapped) {
        pool = wrapped;
    }

    /** Returns the tasks that the last search found, at most {@value #MAX_TASKS}. */
    List<UnfinishedWork> latest() {
        return latest.shown();
    }

    /** Returns the number of tasks that the last search found. */
    int count() {
        return latest.count();
    }

    /** Searches again if the last search took no longer than {@code limit}. */
    void findIfQuick(Duration age, Duration limit) {
        if (lastCostNanos > 0 && lastCostNanos <= limit.toNanos()) {
            find(age);
        }
    }

    /**
     * Searches again on a thread of its own, unless the last search has not ended: with many threads, or a thread factory
     * that blocks, it may take longer than the caller has.
     */
    void search(Duration age) {
        if (!searching.compareAndSet(false, true)) {
            return;
        }
        try {
            NamedThreads.daemon("task-search", () -> {
                        try {
                            find(age);
                        } finally {
                            searching.set(false);
                        }
                    })
                    .start();
        } catch (OutOfMemoryError noThread) {
            searching.set(false);
        }
    }

    /** Searches again on the caller's thread, which takes some milliseconds, the first time much longer. */
    void find(Duration age) {
        var unused = tryToFind(age);
    }

    /** As {@link #find}; returns whether the search was successful and found nothing. */
    boolean findsNone(Duration age) {
        return tryToFind(age) && count() == 0;
    }

    private boolean tryToFind(Duration age) {
        long start = Ticker.system().nanoTime();
        boolean successful = true;
        try {
            latest = pool != null
                    ? byThread(age, this::isWorkerOfForkJoinPool)
                    : ThreadDump.isAvailable() ? byContainer(age) : byName(age);
        } catch (RuntimeException | Error notFound) { // of a thread factory, perhaps: this is for the report only
            latest = Found.NOTHING;
            successful = false;
        }
        lastCostNanos = Math.max(1, Ticker.system().nanoTime() - start);
        return successful;
    }

    private Found byContainer(Duration age) {
        String own = ThreadDump.container(executor);
        List<UnfinishedWork> found = new ArrayList<>();
        AtomicInteger count = new AtomicInteger();
        var unused = ThreadDump.visit((container, id, name, stack) -> {
            if (container.equals(own) && !StackTraces.isIdle(stack) && count.incrementAndGet() <= MAX_TASKS) {
                String thread = name.isEmpty() ? "virtual thread #" + id : name;
                found.add(new UnfinishedWork("task", age, Optional.of(thread), stack));
            }
        });
        return new Found(count.get(), List.copyOf(found));
    }

    private interface Filter {
        boolean runsTask(Thread thread, StackTraceElement[] stack);
    }

    private static Found byThread(Duration age, Filter filter) {
        List<UnfinishedWork> found = new ArrayList<>();
        int count = 0;
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            StackTraceElement[] stack = each.getValue();
            if (filter.runsTask(each.getKey(), stack) && ++count <= MAX_TASKS) {
                String thread = each.getKey().getName();
                found.add(new UnfinishedWork("task", age, Optional.of(thread), StackTraces.plain(stack)));
            }
        }
        return new Found(count, List.copyOf(found));
    }

    private boolean isWorkerOfForkJoinPool(Thread thread, StackTraceElement[] stack) {
        return thread instanceof ForkJoinWorkerThread worker
                && worker.getPool() == pool
                && !StackTraces.isIdle(Arrays.asList(stack));
    }

    private Found byName(Duration age) {
        if (!(executor instanceof ThreadPoolExecutor threads)) {
            return Found.NOTHING;
        }
        Thread next = threads.getThreadFactory().newThread(() -> {});
        String prefix = next == null ? "" : next.getName().replaceFirst("\\d+$", "");
        return prefix.isEmpty()
                ? Found.NOTHING
                : byThread(
                        age,
                        (thread, stack) -> thread.getName().startsWith(prefix)
                                && has(Arrays.asList(stack), "java.util.concurrent.ThreadPoolExecutor", "runWorker")
                                && !StackTraces.isIdle(Arrays.asList(stack)));
    }

    private static boolean has(List<StackTraceElement> stack, String type, String method) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals(type) && frame.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }
}
