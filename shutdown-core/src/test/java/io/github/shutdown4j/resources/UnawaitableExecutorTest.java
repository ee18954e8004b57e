package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.testing.ServiceTesting;

import static org.assertj.core.api.Assertions.assertThat;

/** Executors whose {@code awaitTermination} does not wait. */
@Timeout(180)
class UnawaitableExecutorTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** Ends when the test says so, of which its {@code awaitTermination} knows nothing. */
    private static final class Impatient extends AbstractExecutorService {

        final CountDownLatch end = new CountDownLatch(1);
        final AtomicInteger waits = new AtomicInteger();
        private volatile boolean shutdown;

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            end.countDown();
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return end.getCount() == 0;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            waits.incrementAndGet();
            return isTerminated();
        }

        @Override
        public void execute(Runnable command) {
            command.run();
        }
    }

    @Test
    void isAskedNowAndThenAndStoppedAtItsLimit() throws Exception {
        Impatient executor = new Impatient();
        StepResult step = releaseToItsLimit(executor, () -> executor.waits.get() > 2);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail()).contains("ended then", "Impatient.awaitTermination returns before its time");
        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.waits).hasValueBetween(2, 200);
    }

    @Test
    void isDoneSoonAfterItHasTerminated() throws Exception {
        Impatient executor = new Impatient();
        Thread ending = new Thread(() -> {
            ServiceTesting.eventually(() -> executor.waits.get() > 3);
            executor.end.countDown();
        });
        ending.start();
        StepResult step = release(executor, Duration.ofMinutes(1));
        ending.join();
        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEmpty();
        assertThat(step.elapsed()).isLessThan(Duration.ofSeconds(50));
    }

    @Test
    void thatWrapsTheCommonPoolIsLeftAtItsLimitAndTheReportNamesTheReason() throws Exception {
        ExecutorService wrapper = Executors.unconfigurableExecutorService(ForkJoinPool.commonPool());
        StepResult step = releaseToItsLimit(wrapper, UnawaitableExecutorTest::pausesBetweenTwoQuestions);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail())
                .contains("ended then", "awaitTermination returns before its time", "as the common pool")
                .doesNotContain("still running");
    }

    /** The limit is over once the release has asked; then the release has as long as it needs. */
    private static StepResult releaseToItsLimit(ExecutorService executor, Callable<Boolean> hasAsked) throws Exception {
        FakeTicker ticker = new FakeTicker();
        ResourceManager manager = new ResourceManager(LIMIT, ticker);
        manager.register(Resources.executor("pool", executor));
        Future<List<StepResult>> steps = Background.onThread(() -> manager.release(Duration.ofMinutes(2)));
        ServiceTesting.eventually(hasAsked);
        ticker.awaitSleepers(1);
        ticker.advance(LIMIT);
        return steps.get().get(0);
    }

    private static boolean pausesBetweenTwoQuestions() {
        return OwnThreads.threadsNamed("shutdown4j-release-pool").stream()
                .flatMap(thread -> Stream.of(thread.getStackTrace()))
                .anyMatch(frame -> frame.getMethodName().equals("sleep"));
    }

    private static StepResult release(ExecutorService executor, Duration limit) throws InterruptedException {
        ResourceManager manager = ResourceManager.withTimeout(limit);
        manager.register(Resources.executor("pool", executor));
        return manager.release(Duration.ofMinutes(2)).get(0);
    }
}
