package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static io.github.shutdown4j.testing.Latches.awaitOrInterrupt;
import static io.github.shutdown4j.testing.OwnThreads.threadsNamed;
import static org.assertj.core.api.Assertions.assertThat;

class CallbackExecutorTest {

    private static final ComponentLogger LOG = new ComponentLogger(CallbackExecutor.class, "executor-under-test");

    private final FakeTicker ticker = new FakeTicker();
    private final CallbackExecutor executor = new CallbackExecutor("executor-under-test", LOG, ticker);
    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void noThreadRemains() {
        release.countDown();
        Awaitility.await().until(() -> threads().isEmpty());
    }

    @Test
    void callbacksRunInOrderOnOneDaemonThreadThatEndsAfterwards() {
        List<Thread> on = new CopyOnWriteArrayList<>();
        List<Runnable> callbacks = new ArrayList<>();
        IntStream.range(0, 1_000)
                .forEach(i -> callbacks.add(() -> {
                    on.add(Thread.currentThread());
                    seen.add(i);
                }));
        executor.executeAll(callbacks);
        Awaitility.await().until(() -> seen.size() == 1_000);
        assertThat(seen)
                .isEqualTo(IntStream.range(0, 1_000)
                        .boxed()
                        .map(Object.class::cast)
                        .toList());
        assertThat(on.stream().distinct()).hasSize(1).allMatch(Thread::isDaemon);
    }

    @Test
    void callbackThatBlocksHoldsUpTheOthersForAMoment() throws Exception {
        executor.executeAll(List.of(this::block, () -> seen.add("second"), () -> seen.add("third")));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(9));
        ticker.awaitSleepers(1);
        assertThat(seen).isEmpty();
        ticker.advance(Duration.ofMillis(1));
        Awaitility.await().until(() -> seen.equals(List.of("second", "third")));
        // The blocked one occupies its thread and nothing else: later callbacks wait a moment for another one.
        executor.execute(() -> seen.add("late"));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(10));
        Awaitility.await().until(() -> seen.contains("late"));
        assertThat(threads()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void callbackAfterAnIdleMomentDoesNotWaitForADispatcherThatHasNotNoticedIt() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        CallbackExecutor slow = new CallbackExecutor("executor-under-test", LOG, new WaitsUntilReleased(waits));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayContinue = new CountDownLatch(1);
        slow.execute(() -> {
            inside.countDown();
            awaitOrInterrupt(mayContinue);
        });
        inside.await();
        slow.execute(() -> seen.add("second"));
        waits.await();
        mayContinue.countDown();
        Awaitility.await()
                .until(() -> seen.equals(List.of("second")) && threads().isEmpty());
        slow.execute(() -> seen.add("third"));
        Awaitility.await().until(() -> seen.equals(List.of("second", "third")));
    }

    /** A clock whose waits last at least as long as the test. */
    private final class WaitsUntilReleased implements Ticker {
        private final CountDownLatch waits;

        WaitsUntilReleased(CountDownLatch waits) {
            this.waits = waits;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) {
            waits.countDown();
            lock.unlock();
            try {
                awaitOrInterrupt(release);
            } finally {
                lock.lock();
            }
        }
    }

    @Test
    void theNumberOfThreadsDoublesWhileCallbacksWait() {
        List<Runnable> callbacks = new ArrayList<>(Collections.nCopies(7, this::block));
        callbacks.add(() -> seen.add("last"));
        executor.executeAll(callbacks);
        for (int blocked : List.of(1, 2, 4)) {
            Awaitility.await().until(() -> threads().size() == blocked);
            ticker.awaitSleepers(1);
            assertThat(seen).isEmpty();
            ticker.advance(Duration.ofMillis(10));
        }
        Awaitility.await().until(() -> seen.equals(List.of("last")));
        assertThat(threads()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void lateCallbackOvertakesOneThatBlocksAlone() {
        executor.execute(this::block);
        Awaitility.await().until(() -> threads().size() == 1);
        executor.execute(() -> seen.add("late"));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(10));
        Awaitility.await().until(() -> seen.equals(List.of("late")));
    }

    @Test
    void callbackThatThrowsOrInterruptsItsThreadHarmsNoOther() {
        try (CapturedLogs logs = CapturedLogs.open()) {
            executor.executeAll(List.of(
                    () -> {
                        throw new StackOverflowError("on purpose");
                    },
                    () -> Thread.currentThread().interrupt(),
                    () -> seen.add(Thread.currentThread().isInterrupted())));
            Awaitility.await().until(() -> seen.equals(List.of(false)));
            assertThat(logs.texts(Level.ERROR))
                    .singleElement()
                    .asString()
                    .startsWith("executor-under-test: a callback failed")
                    .contains("on purpose");
        }
    }

    @Test
    void nothingIsLostWhenManyThreadsHandOver() throws Exception {
        CallbackExecutor real = new CallbackExecutor("executor-under-test", LOG, Ticker.system());
        CountDownLatch all = new CountDownLatch(4 * 5_000);
        List<Thread> givers = IntStream.range(0, 4)
                .mapToObj(t -> new Thread(() -> IntStream.range(0, 5_000).forEach(i -> real.execute(all::countDown))))
                .toList();
        givers.forEach(Thread::start);
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        for (Thread giver : givers) {
            giver.join();
        }
    }

    private void block() {
        awaitOrInterrupt(release);
    }

    private static List<Thread> threads() {
        return threadsNamed("shutdown4j-executor-under-test-callbacks");
    }
}
