package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ExecutorMomentTest {

    private final FakeTicker ticker = new FakeTicker();

    /** Out of time at once; records the calls. */
    private final class OutOfTime extends AbstractExecutorService {

        private final List<String> calls = new ArrayList<>();
        private final List<Duration> waits = new ArrayList<>();

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            calls.add("awaitTermination");
            waits.add(Duration.of(timeout, unit.toChronoUnit()));
            if (waits.size() == 1) {
                ticker.advance(Duration.ofMillis(100)); // the time that the tasks had
                throw new InterruptedException("out of time");
            }
            return true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            calls.add("shutdownNow");
            return List.of(() -> {});
        }

        @Override
        public void shutdown() {
            calls.add("shutdown");
        }

        @Override
        public boolean isShutdown() {
            return !calls.isEmpty();
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public void execute(Runnable command) {}
    }

    @Test
    void interruptedTasksHaveAMomentToEnd() {
        OutOfTime executor = new OutOfTime();
        ExecutorResource resource = new ExecutorResource("pool", 0, executor, ticker);

        assertThatThrownBy(resource::release).hasMessage("out of time").hasNoSuppressedExceptions();
        assertThat(executor.calls).containsExactly("shutdown", "awaitTermination", "shutdownNow", "awaitTermination");
        assertThat(executor.waits.get(1)).isEqualTo(Duration.ofMillis(5));
        assertThat(resource.summary()).isEqualTo("1 task never started");
    }
}
