package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;

class CallbackExecutorTest {

    private final FakeTicker ticker = new FakeTicker();
    private final CallbackExecutor relay = new CallbackExecutor("relay-under-test", ticker);
    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void noThreadStaysBehind() {
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
        relay.executeAll(callbacks);
        Awaitility.await().until(() -> seen.size() == 1_000);
        assertThat(seen)
                .isEqualTo(IntStream.range(0, 1_000)
                        .boxed()
                        .map(Object.class::cast)
                        .toList());
        assertThat(on.stream().distinct()).hasSize(1).allMatch(Thread::isDaemon);
    }

    @Test
    void callbackThatBlocksLosesTheBatonAfterItsTime() throws Exception {
        relay.executeAll(List.of(this::block, () -> seen.add("second"), () -> seen.add("third")));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(19));
        ticker.awaitSleepers(1);
        assertThat(seen).isEmpty();
        ticker.advance(Duration.ofMillis(1));
        Awaitility.await().until(() -> seen.equals(List.of("second", "third")));
        // The blocked one holds its thread and nothing else: latecomers are served, and in their order.
        relay.execute(() -> seen.add("late"));
        Awaitility.await().until(() -> seen.contains("late"));
        assertThat(threads()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void everyBlockingCallbackCostsAThreadAndAMoment() {
        relay.executeAll(List.of(this::block, this::block, this::block, () -> seen.add("last")));
        for (int i = 0; i < 3; i++) {
            ticker.awaitSleepers(1);
            assertThat(seen).isEmpty();
            ticker.advance(Duration.ofMillis(20));
            if (i < 2) {
                int blocked = i + 2;
                Awaitility.await().until(() -> threads().size() == blocked + 1);
            }
        }
        Awaitility.await().until(() -> seen.equals(List.of("last")));
    }

    @Test
    void lateCallbackOvertakesOneThatBlocksAlone() {
        relay.execute(this::block);
        Awaitility.await().until(() -> threads().size() == 1);
        relay.execute(() -> seen.add("late"));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(20));
        Awaitility.await().until(() -> seen.equals(List.of("late")));
    }

    @Test
    void callbackThatThrowsOrInterruptsItsThreadHarmsNoOther() {
        try (CapturedLogs logs = CapturedLogs.open()) {
            relay.executeAll(List.of(
                    () -> {
                        throw new StackOverflowError("on purpose");
                    },
                    () -> Thread.currentThread().interrupt(),
                    () -> seen.add(Thread.currentThread().isInterrupted())));
            Awaitility.await().until(() -> seen.equals(List.of(false)));
            assertThat(logs.texts(Level.ERROR))
                    .singleElement()
                    .asString()
                    .startsWith("relay-under-test: a callback failed")
                    .contains("on purpose");
        }
    }

    @Test
    void nothingIsLostWhenManyThreadsHandOver() throws Exception {
        CallbackExecutor real = new CallbackExecutor("relay-under-test", Ticker.system());
        CountDownLatch all = new CountDownLatch(4 * 5_000);
        List<Thread> givers = IntStream.range(0, 4)
                .mapToObj(t -> new Thread(() -> IntStream.range(0, 5_000).forEach(i -> real.execute(all::countDown))))
                .toList();
        givers.forEach(Thread::start);
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        for (Thread giver : givers) {
            giver.join();
        }
    }

    private void block() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals("shutdown4j-relay-under-test-callbacks"))
                .toList();
    }
}
