package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.Moments;
import io.github.shutdown4j.testing.ServiceTesting;

import static org.assertj.core.api.Assertions.assertThat;

/** A fork-join pool that does not notice that it is to end. */
@Timeout(180)
class StuckForkJoinPoolTest {

    private final CountDownLatch release = new CountDownLatch(1);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void poolIsEndedOnceItsLastTaskHasEndedWhichIsNotInterrupted(boolean isWrapped) throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        ForkJoinPool pool = new ForkJoinPool(2) {
            @Override
            public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
                return ended.await(timeout, unit);
            }

            @Override
            public List<Runnable> shutdownNow() {
                ended.countDown();
                return super.shutdownNow();
            }
        };
        Future<Boolean> interrupted = pool.submit(() -> {
            ForkJoinPool.managedBlock(
                    new ForkJoinPool.ManagedBlocker() { // such a task does not count as active
                        @Override
                        public boolean block() throws InterruptedException {
                            running.countDown();
                            release.await();
                            return true;
                        }

                        @Override
                        public boolean isReleasable() {
                            return false;
                        }
                    });
            return Thread.currentThread().isInterrupted();
        });
        running.await();
        Future<StepResult> step = Background.onThread(() ->
                release(Resources.executor("pool", isWrapped ? Executors.unconfigurableExecutorService(pool) : pool)));
        ServiceTesting.eventually(pool::isShutdown);
        Moments.after(Duration.ofMillis(2_500)); // longer than three looks at the pool
        assertThat(interrupted).isNotDone();
        release.countDown();
        assertThat(step.get().outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.get().elapsed()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(60));
        assertThat(interrupted.get()).isFalse();
    }

    private static StepResult release(Resource resource) throws InterruptedException {
        ResourceManager manager = ResourceManager.withTimeout(Duration.ofMinutes(2));
        manager.register(resource);
        return manager.release(Duration.ofMinutes(3)).get(0);
    }
}
