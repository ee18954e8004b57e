package io.github.shutdown4j.resources;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;

/**
 * Counts the delayed tasks of a fork-join pool once. The number that the pool returns is the one that its scheduler wrote down
 * when it last rested, which may be before the tasks were added. So the scheduler is given a task whose time is over at once,
 * which makes its thread known, and the number is read when that thread rests again.
 */
final class DelayedTaskCount implements Callable<Boolean>, Consumer<ForkJoinTask<Boolean>> {

    /** A fork-join pool is a scheduler from Java 25 on; null before. */
    private static final @Nullable MethodHandle DELAYED_COUNT =
            ofForkJoinPool("getDelayedTaskCount", MethodType.methodType(long.class));

    private static final @Nullable MethodHandle SUBMIT_WITH_TIMEOUT = ofForkJoinPool(
            "submitWithTimeout",
            MethodType.methodType(ForkJoinTask.class, Callable.class, long.class, TimeUnit.class, Consumer.class));

    /** A scheduler that needs longer is blocked by what an application does at a timeout. */
    private static final long MAX_NANOS = 2_000_000_000L;

    /** Of a pool that takes no task any more, and may have no delayed tasks. */
    private static final long MAX_UNCERTAIN_NANOS = 50_000_000L;

    private static final long PAUSE_NANOS = 100_000L;

    private final CountDownLatch reached = new CountDownLatch(1);
    private volatile @Nullable Thread scheduler;
    private volatile boolean submitted;
    private volatile boolean begun;

    static @Nullable MethodHandle ofForkJoinPool(String method, MethodType type) {
        try {
            return MethodHandles.publicLookup().findVirtual(ForkJoinPool.class, method, type);
        } catch (NoSuchMethodException | IllegalAccessException before25) {
            return null;
        }
    }

    /** Nothing but the text of a pool tells whether it has a scheduler. */
    static boolean hasScheduler(ForkJoinPool pool) {
        return pool.toString().contains("delayed = ");
    }

    /**
     * Returns the number of tasks that are not due. Starts the scheduler of a pool that has none. An interrupt ends the wait
     * for the scheduler, and is kept.
     */
    long of(ForkJoinPool pool) throws Throwable {
        if (DELAYED_COUNT == null || SUBMIT_WITH_TIMEOUT == null) {
            return 0;
        }
        long start = Ticker.system().nanoTime();
        boolean isCertain = submitTo(pool, SUBMIT_WITH_TIMEOUT);
        while (true) {
            boolean rests = rests();
            long count = (long) DELAYED_COUNT.invokeExact(pool);
            long waited = Ticker.system().nanoTime() - start;
            if (isCertain ? rests || waited > MAX_NANOS : count > 0 || waited > MAX_UNCERTAIN_NANOS) {
                return count;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                return count;
            }
        }
    }

    /** Whether the pool has accepted the task: it may be shut down, or have no thread. */
    private boolean submitTo(ForkJoinPool pool, MethodHandle submitWithTimeout) {
        try {
            var unused = (ForkJoinTask<?>) submitWithTimeout.invokeExact(
                    pool, (Callable<?>) this, 0L, TimeUnit.NANOSECONDS, (Consumer<?>) this);
            submitted = true;
            return true;
        } catch (Throwable refused) {
            return false;
        }
    }

    private boolean rests() {
        Thread thread = scheduler;
        if (thread == null) {
            return false;
        }
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default -> false;
        };
    }

    /** The task, on a thread of the pool: it must not end before its time is over. */
    @Override
    public Boolean call() throws InterruptedException {
        begun = true;
        return reached.await(MAX_NANOS, TimeUnit.NANOSECONDS);
    }

    /** The end of its time, on the thread of the scheduler, which has seen all earlier tasks. */
    @Override
    public void accept(ForkJoinTask<Boolean> task) {
        scheduler = Thread.currentThread();
        reached.countDown();
    }

    /** Whether the task still waits for a thread of the pool; it is not a task of the application. */
    boolean isQueued() {
        return submitted && !begun;
    }
}
