package io.github.shutdown4j.resources;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.Moments;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.testing.ServiceTesting;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The number of delayed tasks of a fork-join pool, however late its scheduler is. */
@Timeout(180)
class DelayedTaskCountTest {

    private CountDownLatch mayContinue = new CountDownLatch(1);

    @BeforeEach
    void assumeSchedulers() {
        assumeTrue(Runtime.version().feature() >= 25, "needs JDK 25: fork-join pools that are schedulers");
    }

    @AfterEach
    void endThreads() {
        mayContinue.countDown();
    }

    private static void scheduleInAnHour(ForkJoinPool pool) {
        var unused = ((ScheduledExecutorService) (Object) pool).schedule(() -> {}, 1, TimeUnit.HOURS);
    }

    private static long countedSoFar(ForkJoinPool pool) throws ReflectiveOperationException {
        return (long) ForkJoinPool.class.getMethod("getDelayedTaskCount").invoke(pool);
    }

    /** Keeps the thread of the scheduler busy until the test lets it continue, as a machine does that is loaded. */
    private void blockScheduler(ForkJoinPool pool) throws ReflectiveOperationException {
        CountDownLatch blocked = new CountDownLatch(1);
        Callable<Boolean> task = () -> blocked.await(60, TimeUnit.SECONDS);
        Consumer<Object> atItsTimeout = timedOut -> {
            blocked.countDown();
            spinUntil(mayContinue); // what waits would seem to rest
        };
        ForkJoinPool.class
                .getMethod("submitWithTimeout", Callable.class, long.class, TimeUnit.class, Consumer.class)
                .invoke(pool, task, 0L, TimeUnit.NANOSECONDS, atItsTimeout);
        Probe.await(blocked);
    }

    private static void spinUntil(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    private static boolean isCounting() {
        return OwnThreads.threadsNamed("shutdown4j-release-timer").stream()
                .flatMap(thread -> Arrays.stream(thread.getStackTrace()))
                .anyMatch(frame -> frame.getClassName().contains("DelayedTask"));
    }

    private static StepResult release(ForkJoinPool pool) throws InterruptedException {
        ResourceManager manager = ResourceManager.withTimeout(ofSeconds(90));
        manager.register(Resources.executor("timer", pool));
        return manager.release(ofSeconds(120)).get(0);
    }

    @Test
    void tasksThatTheSchedulerHasNotSeenYetAreCounted() throws Exception {
        Attempts.upToThree(() -> {
            mayContinue = new CountDownLatch(1);
            ForkJoinPool pool = new ForkJoinPool(2);
            scheduleInAnHour(pool);
            ServiceTesting.eventually(() -> countedSoFar(pool) == 1);
            blockScheduler(pool);
            scheduleInAnHour(pool);
            scheduleInAnHour(pool);
            var released = Background.onThread(() -> release(pool));
            ServiceTesting.eventually(() -> isCounting() || pool.isShutdown());
            Moments.after(ofMillis(150));
            mayContinue.countDown();
            StepResult step = released.get();
            assertThat(step.outcome()).as(step.detail()).isEqualTo(Outcome.DONE);
            Attempts.inTime(() -> assertThat(step.detail()).isEqualTo("3 tasks never started")); // it has two seconds
        });
    }

    @Test
    void whatIsSubmittedForTheCountIsNoTaskOfAPoolWithoutAFreeThread() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(1);
        CountDownLatch running = new CountDownLatch(1);
        pool.execute(() -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Probe.await(running);
        pool.execute(() -> {});
        scheduleInAnHour(pool);
        StepResult step =
                ReleaseFixture.releasePastLimit(Resources.executor("timer", pool), manager -> pool.isShutdown());
        assertThat(step.detail()) // the task has 50 ms to end
                .containsPattern("1 task never started, 1 task interrupted; ([01] of them still running; )?"
                        + "1 delayed task or time-out dropped");
    }
}
