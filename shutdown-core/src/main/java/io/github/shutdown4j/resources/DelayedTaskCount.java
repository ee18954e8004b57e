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
 * which makes its thread known, and the number is read when that thread rests again. A pool that was shut down takes no such
 * task, so it gets it before.
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

    /** The scheduler may have been woken and seem to rest until the machine has time for it. */
    private static final long MIN_NANOS = 10_000_000L;

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

    /** Called once, before the shutdown. Starts the scheduler of a pool that has none. */
    void prepare(ForkJoinPool pool) {
        if (SUBMIT_WITH_TIMEOUT == null) {
            return;
        }
        try {
            var unused = (ForkJoinTask<?>) SUBMIT_WITH_TIMEOUT.invokeExact(
                    pool, (Callable<?>) this, 0L, TimeUnit.NANOSECONDS, (Consumer<?>) this);
            submitted = true;
        } catch (Throwable refused) {
            // The pool was shut down meanwhile, or has no thread: the number is uncertain then.
        }
    }

    /**
     * Returns the number of tasks that are not due, once the scheduler has seen what the pool did before this call. An
     * interrupt ends the wait for the scheduler, and is kept.
     */
    long atRest(ForkJoinPool pool) {
        long start = Ticker.system().nanoTime();
        while (true) {
            boolean rests = rests();
            long count = now(pool);
            long waited = Ticker.system().nanoTime() - start;
            boolean isCertain = submitted ? rests && waited > MIN_NANOS : count > 0 && waited > MIN_NANOS;
            if (isCertain || waited > (submitted ? MAX_NANOS : MAX_UNCERTAIN_NANOS) || pool.isTerminated()) {
                return count;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                return count;
            }
        }
    }

    /** Returns the number that the scheduler has written down. */
    static long now(ForkJoinPool pool) {
        if (DELAYED_COUNT == null) {
            return 0;
        }
        try {
            return (long) DELAYED_COUNT.invokeExact(pool);
        } catch (Throwable unexpected) {
            throw new IllegalStateException("the delayed tasks of " + pool + " cannot be counted", unexpected);
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
