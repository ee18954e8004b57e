package io.github.shutdown4j.resources;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.ServiceTesting;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** Tasks with a time-out, for which a fork-join pool has a delayed task that never needs to run. */
@Timeout(180)
@EnabledForJreRange(min = JRE.JAVA_25, disabledReason = "needs JDK 25: time-outs of fork-join pools")
class TimeoutsInPoolTest {

    private final ForkJoinPool pool = new ForkJoinPool(2);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private StepResult release(boolean isWrapped, long limitSeconds) throws InterruptedException {
        ExecutorService executor = isWrapped ? Executors.unconfigurableExecutorService(pool) : pool;
        ResourceManager manager = ResourceManager.withTimeout(ofSeconds(limitSeconds));
        manager.register(Resources.executor("pool", executor));
        return manager.release(ofSeconds(120)).get(0);
    }

    private Future<?> submitWithTimeout(Callable<?> task, long millis) throws ReflectiveOperationException {
        return (Future<?>) ForkJoinPool.class
                .getMethod("submitWithTimeout", Callable.class, long.class, TimeUnit.class, Consumer.class)
                .invoke(pool, task, millis, TimeUnit.MILLISECONDS, null);
    }

    /** More than the pool runs at a time. */
    private List<Future<?>> fiveThatWait() throws ReflectiveOperationException {
        List<Future<?>> tasks = new ArrayList<>();
        for (int each = 0; each < 5; each++) {
            tasks.add(submitWithTimeout(() -> mayEnd.await(1, TimeUnit.HOURS), TimeUnit.HOURS.toMillis(1)));
        }
        ServiceTesting.eventually(() -> pool.getActiveThreadCount() == 2);
        return tasks;
    }

    private ScheduledExecutorService scheduler() {
        return (ScheduledExecutorService) (Object) pool;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofTasksThatEndInTimeAreNotReported(boolean isWrapped) throws Exception {
        List<Future<?>> tasks = fiveThatWait();
        Future<StepResult> step = Background.onThread(() -> release(isWrapped, 90));
        ServiceTesting.eventually(pool::isShutdown);
        mayEnd.countDown();
        assertThat(step.get().outcome()).as(step.get().detail()).isEqualTo(Outcome.DONE);
        assertThat(step.get().detail()).isEmpty();
        for (Future<?> task : tasks) {
            assertThat(task.get()).isEqualTo(true);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void besideThemDelayedTasksAreDroppedAndCounted(boolean isWrapped) throws Exception {
        List<Future<?>> tasks = fiveThatWait();
        Future<?> delayed = scheduler().schedule(() -> {}, 1, TimeUnit.HOURS);
        Future<StepResult> step = Background.onThread(() -> release(isWrapped, 90));
        ServiceTesting.eventually(pool::isShutdown);
        mayEnd.countDown();
        assertThat(step.get().outcome()).as(step.get().detail()).isEqualTo(Outcome.DONE);
        assertThat(step.get().detail()).isEqualTo("1 task never started");
        assertThat(delayed.isCancelled()).isTrue();
        assertThat(tasks).allMatch(task -> task.isDone() && !task.isCancelled());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stillEndTheirTasksDuringTheRelease(boolean isWrapped) throws Exception {
        Future<?> hanging = submitWithTimeout(() -> mayEnd.await(1, TimeUnit.HOURS), 1_000);
        StepResult step = release(isWrapped, 60);
        assertThat(step.outcome()).as(step.detail()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEmpty();
        assertThat(step.elapsed()).isBetween(ofMillis(1), ofSeconds(50));
        assertThat(hanging.isCancelled()).isTrue();
    }

    @Test
    void ofTasksThatAreInterruptedAtTheLimitAreReportedAsSuch() throws Exception {
        var unused = fiveThatWait();
        StepResult step =
                ReleaseFixture.releasePastLimit(Resources.executor("pool", pool), manager -> pool.isShutdown());
        assertThat(step.detail()) // the tasks have 50 ms to end
                .containsPattern("3 tasks never started, 2 tasks interrupted; ([0-2] of them still running; )?"
                        + "5 delayed tasks or time-outs dropped");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void periodicTasksEndAndAreNotReported(boolean isWrapped) throws Exception {
        CountDownLatch hasRun = new CountDownLatch(1);
        Future<?> periodic = scheduler().scheduleAtFixedRate(hasRun::countDown, 0, 1, TimeUnit.HOURS);
        hasRun.await();
        StepResult step = release(isWrapped, 90);
        assertThat(step.outcome()).as(step.detail()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEmpty();
        assertThat(periodic.isCancelled()).isTrue();
    }

    /** An executor that is shut down without its pool, whose delayed tasks are not its own. */
    @Test
    void aPoolThatAnExecutorBorrowsKeepsItsDelayedTasks() throws Exception {
        Future<?> ofAnother = scheduler().schedule(() -> {}, 1, TimeUnit.HOURS);
        ResourceManager manager = ResourceManager.withTimeout(ofSeconds(90));
        manager.register(
                Resources.executor("borrower", WrappedSchedulerTest.foreign(new ScheduledThreadPoolExecutor(1), pool)));
        StepResult step = manager.release(ofSeconds(120)).get(0);
        assertThat(step.outcome()).as(step.detail()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEmpty();
        pool.shutdown();
        assertThat(ofAnother.isDone()).isFalse();
        pool.shutdownNow();
    }
}
