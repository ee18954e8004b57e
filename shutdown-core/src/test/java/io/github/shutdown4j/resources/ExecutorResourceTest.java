package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@Timeout(180)
class ExecutorResourceTest {

    private static final Duration PLENTY = Duration.ofMinutes(2);

    private final List<String> trace = Probe.trace();

    @Test
    void executorWorksOffWhatItHas() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        for (int i = 0; i < 5; i++) {
            executor.execute(() -> trace.add("ran"));
        }
        StepResult step = release(Resources.executor("pool", executor));

        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEmpty();
        assertThat(trace).hasSize(5);
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void executorOutOfTimeIsStoppedAndTheReportSaysHowManyTasksNeverStarted() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        CountDownLatch running = new CountDownLatch(2);
        for (int i = 0; i < 5; i++) {
            executor.execute(() -> {
                running.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
        }
        Probe.await(running);
        FakeTicker ticker = new FakeTicker(); // stands still, so that the executor has all the interruptGrace it needs
        ResourceManager manager = new ResourceManager(Duration.ofSeconds(2), ticker);
        manager.register(Resources.executor("pool", executor));
        FutureTask<List<StepResult>> release = ReleaseFixture.release(manager, PLENTY);
        Awaitility.await().until(executor::isShutdown);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(2));

        StepResult step = release.get(60, TimeUnit.SECONDS).get(0);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail()).contains("its limit of 2 s").contains("3 tasks never started, 2 tasks interrupted");
        assertThat(step.elapsed()).isEqualTo(Duration.ofSeconds(2));
        Probe.await(interrupted);
    }

    /** That of a hundred thousand virtual threads takes seconds. */
    @Test
    void aSlowSearchForTheTasksDoesNotKeepThemFromBeingInterrupted() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch searching = new CountDownLatch(1);
        CompletableFuture<Void> found = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        ExecutorTasks slow = new ExecutorTasks(executor) {
            @Override
            void find(Duration age) {
                searching.countDown();
                found.join(); // ignores an interrupt, as a dump does
            }
        };
        FakeTicker ticker = new FakeTicker(); // stands still, so that the release has all the time it needs
        ResourceManager manager = new ResourceManager(Duration.ofSeconds(2), ticker);
        manager.register(new ExecutorResource("pool", 0, executor, ticker, slow));
        FutureTask<List<StepResult>> release = ReleaseFixture.release(manager, PLENTY);
        Probe.await(searching);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(2));

        StepResult step = release.get(60, TimeUnit.SECONDS).get(0);
        Probe.await(interrupted);
        assertThat(step.detail()).contains("1 task interrupted").doesNotContain("ignored an interrupt");
        found.complete(null);
    }

    @Test
    void scheduledTasksThatAreNotDueAreDroppedAndCounted() throws Exception {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        executor.execute(() -> {
            running.countDown();
            Probe.await(finish);
        });
        executor.execute(() -> trace.add("due"));
        var unused1 = executor.schedule(() -> trace.add("late"), 1, TimeUnit.HOURS);
        var unused2 = executor.scheduleAtFixedRate(() -> trace.add("tick"), 1, 1, TimeUnit.HOURS);
        Probe.await(running);
        Resource resource = Resource.of("release the task", () -> finish.countDown());
        ResourceManager manager = ResourceManager.create();
        manager.register(Resources.executor("pool", executor));
        manager.register(resource);
        StepResult step = manager.release(PLENTY).get(0);

        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEqualTo("1 task never started");
        assertThat(trace).containsExactly("due");
    }

    @Test
    void commonPoolIsRefusedAndOthersAreNot() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Resources.executor("pool", ForkJoinPool.commonPool()))
                .withMessageContaining("common pool");
        ForkJoinPool own = new ForkJoinPool(2);
        own.execute(() -> trace.add("ran"));
        assertThat(release(Resources.executor("pool", own)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(trace).containsExactly("ran");
    }

    @Test
    void virtualThreadExecutorIsShutDownInOrderAndByForce() throws Exception { // scenario 95
        assumeTrue(Runtime.version().feature() >= 21, "needs JDK 21: virtual threads");
        ExecutorService orderly = virtualExecutor();
        orderly.execute(() -> trace.add("ran"));
        assertThat(release(Resources.executor("pool", orderly)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(trace).containsExactly("ran");

        ExecutorService stuck = virtualExecutor();
        CountDownLatch interrupted = new CountDownLatch(1);
        stuck.execute(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        Resource resource = Resources.executor("pool", stuck).withTimeout(Duration.ofMillis(200));
        assertThat(release(resource).outcome()).isEqualTo(Outcome.TIMED_OUT);
        Probe.await(interrupted);
    }

    @Test
    void executorGivenAsAutoCloseableIsNotClosed() throws Exception {
        assumeTrue(Runtime.version().feature() >= 19, "needs JDK 19: executors that are AutoCloseable");
        Object executor = Executors.newSingleThreadExecutor();
        Resource resource = Resource.of("pool", 7, (AutoCloseable) executor);

        assertThat(resource).isInstanceOf(ExecutorResource.class);
        assertThat(resource.priority()).isEqualTo(7);
        assertThat(release(resource).outcome()).isEqualTo(Outcome.DONE);
    }

    private static ExecutorService virtualExecutor() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private static StepResult release(Resource resource) throws InterruptedException {
        ResourceManager manager = ResourceManager.create();
        manager.register(resource);
        return manager.release(PLENTY).get(0);
    }

    /** If set to continue after the shutdown, it would never end. */
    @Test
    void periodicTasksThatWouldContinueAfterTheShutdownEndWithIt() throws Exception {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(true);
        CountDownLatch ran = new CountDownLatch(3);
        var unused = executor.scheduleAtFixedRate(ran::countDown, 0, 1, TimeUnit.MILLISECONDS);
        Probe.await(ran);
        StepResult step = release(Resources.executor("pool", executor).withTimeout(Duration.ofSeconds(30)));
        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(executor.isTerminated()).isTrue();
    }
}
