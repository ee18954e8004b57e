package io.github.shutdown4j.resources;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.ServiceTesting;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Schedulers that a wrapper hides, with a task that is due in an hour. */
@Timeout(180)
class WrappedSchedulerTest {

    private static StepResult release(ExecutorService executor) throws InterruptedException {
        ResourceManager manager = ResourceManager.withTimeout(ofSeconds(90));
        manager.register(Resources.executor("timer", executor));
        return manager.release(ofSeconds(120)).get(0);
    }

    private static void isDoneAtOnce(StepResult step) {
        isDoneAtOnce(step, "1 task never started");
    }

    private static void isDoneAtOnce(StepResult step, String detail) {
        assertThat(step.outcome()).as(step.detail()).isEqualTo(Outcome.DONE);
        assertThat(step.elapsed()).isLessThan(ofSeconds(60));
        assertThat(step.detail()).isEqualTo(detail);
    }

    private static ThreadFactory virtualThreads() throws ReflectiveOperationException {
        assumeTrue(Runtime.version().feature() >= 21, "needs JDK 21: virtual threads");
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        return (ThreadFactory)
                Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    }

    @Test
    void onAVirtualThreadItDropsWhatIsNotDue() throws Exception {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(virtualThreads());
        var unused = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
        isDoneAtOnce(release(scheduler));
    }

    @Test
    void onSeveralVirtualThreadsItInterruptsNothing() throws Exception {
        ScheduledExecutorService scheduler =
                Executors.unconfigurableScheduledExecutorService(new ScheduledThreadPoolExecutor(2, virtualThreads()));
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Future<Boolean> inOrder = scheduler.submit(() -> {
            running.countDown();
            return mayEnd.await(10, TimeUnit.MINUTES);
        });
        var unused = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
        running.await();
        Future<StepResult> step = Background.onThread(() -> release(scheduler));
        ServiceTesting.eventually(scheduler::isShutdown);
        assertThat(inOrder).isNotDone();
        mayEnd.countDown();
        isDoneAtOnce(step.get());
        assertThat(inOrder.get()).isTrue();
    }

    @Test
    void asAPlainExecutorItDropsWhatIsNotDue() throws Exception {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        var unused = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
        isDoneAtOnce(release(Executors.unconfigurableExecutorService(scheduler)));
    }

    /** In a new pool each time, because what it says about its delayed tasks depends on when its scheduler rests. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofAForkJoinPoolItDropsWhatIsNotDue(boolean isWrapped) throws Exception {
        assumeTrue(Runtime.version().feature() >= 25, "needs JDK 25: fork-join pools that are schedulers");
        for (int each = 0; each < 200; each++) {
            var pool = (ScheduledExecutorService) (Object) new ForkJoinPool(2);
            var first = pool.schedule(() -> {}, 1, TimeUnit.HOURS);
            var second = pool.schedule(() -> {}, 2, TimeUnit.HOURS);
            StepResult step = release(isWrapped ? Executors.unconfigurableScheduledExecutorService(pool) : pool);
            isDoneAtOnce(step, "2 tasks never started");
            assertThat(List.of(first, second)).allMatch(Future::isCancelled);
        }
    }

    /** An executor that runs its tasks on a pool that others use, too. */
    @Test
    void thatBorrowsAForkJoinPoolLeavesItRunning() throws Exception {
        ForkJoinPool shared = new ForkJoinPool(1);
        CountDownLatch running = new CountDownLatch(1);
        ScheduledExecutorService borrower = foreign(new ScheduledThreadPoolExecutor(1), shared);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Future<Boolean> ofAnother = shared.submit(() -> {
            running.countDown();
            return mayEnd.await(10, TimeUnit.MINUTES);
        });
        running.await();
        assertThat(release(borrower).outcome()).isEqualTo(Outcome.DONE);
        mayEnd.countDown();
        assertThat(ofAnother.get()).isTrue();
        assertThat(shared.submit(() -> "still runs").get()).isEqualTo("still runs");
        shared.shutdown();
    }

    @Test
    void ofAForkJoinPoolWhoseTaskHangsIsReportedWithItsStack() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(2);
        CountDownLatch running = new CountDownLatch(1);
        pool.execute(() -> hang(running));
        running.await();
        StepResult step = releasePastLimit(
                Executors.unconfigurableExecutorService(pool),
                manager -> pool.isShutdown() && !pool.hasQueuedSubmissions() && pool.getActiveThreadCount() == 1);
        assertThat(step.detail()).contains("1 task interrupted");
    }

    @Test
    void whereVirtualThreadsCannotBeSeenThePlanWarns() {
        assertThat(DelayedTasks.planWarning(true, false))
                .contains("without the module jdk.management", "register the ScheduledThreadPoolExecutor itself");
        assertThat(DelayedTasks.planWarning(false, false)).isEmpty();
        ResourceManager manager = ResourceManager.create();
        manager.register(Resources.executor("timer", Executors.newSingleThreadScheduledExecutor()));
        assertThat(manager.plan().get(0).get(0).warning()).isEmpty();
    }

    @Test
    void whoseOnlyThreadHangsIsReportedWithoutTheTaskOfTheRelease() throws Exception {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        CountDownLatch running = new CountDownLatch(1);
        scheduler.execute(() -> hang(running));
        scheduler.execute(() -> {});
        scheduler.execute(() -> {});
        running.await();
        StepResult step = releasePastLimit(scheduler, manager -> scheduler.isShutdown());
        assertThat(step.detail()).contains("2 tasks never started").doesNotContain("ScheduledThreadPoolExecutor");
    }

    @Test
    void thatKeepsTheTaskOfTheReleaseWaitingIsReportedWithARemedy() throws Exception {
        ScheduledExecutorService scheduler =
                Executors.unconfigurableScheduledExecutorService(new ScheduledThreadPoolExecutor(2));
        CountDownLatch running = new CountDownLatch(1);
        scheduler.execute(() -> hang(running));
        var unused = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
        running.await();
        StepResult step = releasePastLimit(scheduler, manager -> finalTaskWaits());
        assertThat(step.detail()).contains("1 task never started", "register the ScheduledThreadPoolExecutor itself");
    }

    @Test
    void whoseThreadsCannotBeCreatedIsShutDownAllTheSame() throws Exception {
        OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
        ExecutorService executor = Executors.unconfigurableExecutorService(
                new ThreadPoolExecutor(1, 1, 1, TimeUnit.HOURS, new LinkedBlockingQueue<>(), task -> {
                    throw noThread;
                }));
        StepResult step = release(executor);
        assertThat(executor.isTerminated()).isTrue();
        assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(step.failure()).containsSame(noThread);
    }

    private static void hang(CountDownLatch running) {
        running.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static StepResult releasePastLimit(ExecutorService executor, Predicate<ResourceManager> until)
            throws Exception {
        return ReleaseFixture.releasePastLimit(Resources.executor("timer", executor), until);
    }

    private static boolean finalTaskWaits() {
        return Thread.getAllStackTraces().values().stream()
                .map(stack -> Arrays.stream(stack)
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                        .toList())
                .anyMatch(frames -> frames.contains(FinalTask.class.getName() + ".run")
                        && frames.contains(LockSupport.class.getName() + ".parkNanos"));
    }

    private static ScheduledExecutorService foreign(ScheduledThreadPoolExecutor kept) {
        return foreign(kept, Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "due");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** Runs due tasks on other threads; a scheduler of the JDK keeps those that are not due. */
    static ScheduledExecutorService foreign(ScheduledThreadPoolExecutor kept, ExecutorService due) {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                WrappedSchedulerTest.class.getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.invoke(method.getName().equals("execute") ? due : kept, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void ofAnUnknownKindIsReportedWithARemedy() throws Exception {
        ScheduledExecutorService scheduler = foreign(new ScheduledThreadPoolExecutor(1));
        var unused = scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
        StepResult step = releasePastLimit(scheduler, manager -> scheduler.isShutdown());
        assertThat(step.detail())
                .contains("1 task never started", "may wait for tasks that are not due; cancel them before");
    }
}
