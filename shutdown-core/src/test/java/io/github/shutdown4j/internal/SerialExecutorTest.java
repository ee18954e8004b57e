package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.FakeTicker;

import static io.github.shutdown4j.testing.Latches.awaitOrInterrupt;
import static io.github.shutdown4j.testing.OwnThreads.threadsNamed;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class SerialExecutorTest {

    private static final ComponentLogger LOG = new ComponentLogger(SerialExecutor.class, "serial-test");

    private final FakeTicker ticker = new FakeTicker();
    private final SerialExecutor executor = new SerialExecutor("serial-test", LOG, ticker);
    private final List<Integer> ran = new CopyOnWriteArrayList<>();

    private static List<Thread> threads() {
        return threadsNamed("shutdown4j-serial-test");
    }

    /** The thread of an executor ends a moment after its last task. */
    @AfterEach
    void awaitTheEndOfAllThreads() {
        executor.dismiss();
        await().until(() -> threads().isEmpty());
    }

    private Deadline in(Duration time) {
        return Deadline.after(ticker, time);
    }

    @Test
    void runsInOrderOnOneDaemonThread() throws Exception {
        Set<Thread> runners = ConcurrentHashMap.newKeySet();
        CountDownLatch first = new CountDownLatch(1);
        executor.execute(() -> awaitOrInterrupt(first)); // the others queue up behind it
        IntStream.range(0, 1_000)
                .forEach(i -> executor.execute(() -> {
                    runners.add(Thread.currentThread());
                    ran.add(i);
                }));
        first.countDown();
        assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
        assertThat(ran).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
        assertThat(runners).singleElement().satisfies(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread).isNotSameAs(Thread.currentThread());
        });
    }

    @Test
    void pieceThatThrowsIsLoggedAndTheNextRuns() throws Exception {
        try (CapturedLogs logs = CapturedLogs.open()) {
            executor.execute(() -> {
                throw new StackOverflowError("deep");
            });
            executor.execute(() -> ran.add(1));
            assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
            assertThat(ran).containsExactly(1);
            assertThat(logs.texts(Level.WARN))
                    .singleElement()
                    .asString()
                    .startsWith("serial-test: failed, continuing")
                    .contains("deep");
        }
    }

    @Test
    void loggerThatThrowsDoesNotEndTheQueue() throws Exception {
        try (CapturedLogs logs = CapturedLogs.failing()) {
            executor.execute(() -> {
                throw new IllegalStateException("piece");
            });
            executor.execute(() -> ran.add(1));
            assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
            assertThat(logs.lines()).hasSizeBetween(1, 2); // once more without the exception
        }
        assertThat(ran).containsExactly(1);
    }

    @Test
    void pieceThatBlocksHoldsUpNeitherTheCallerNorTheWaiterForLongerThanItsBound() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        executor.execute(() -> awaitOrInterrupt(blocked));
        executor.execute(() -> ran.add(1));
        CompletableFuture<Boolean> idle = new CompletableFuture<>();
        NamedThreads.daemon("waiter", () -> {
                    try {
                        idle.complete(executor.awaitIdle(in(ofSeconds(1))));
                    } catch (InterruptedException e) {
                        idle.completeExceptionally(e);
                    }
                })
                .start();
        ticker.awaitSleepers(1);
        ticker.advance(ofMillis(999));
        ticker.awaitSleepers(1);
        assertThat(idle).isNotDone();
        ticker.advance(ofMillis(1));
        assertThat(idle.get()).isFalse();
        assertThat(ran).isEmpty();
        blocked.countDown();
        assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
        assertThat(ran).containsExactly(1);
    }

    @Test
    void waiterWakesWhenTheLastPieceIsOver() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        executor.execute(() -> awaitOrInterrupt(blocked));
        CompletableFuture<Boolean> idle = CompletableFuture.supplyAsync(() -> {
            try {
                return executor.awaitIdle(in(ofSeconds(1)));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        ticker.awaitSleepers(1);
        blocked.countDown();
        assertThat(idle.get()).isTrue(); // the clock does not advance
    }

    @Test
    void emptyQueueHasNoThreadAndIsIdleAtOnce() throws Exception {
        assertThat(threads()).isEmpty();
        assertThat(executor.awaitIdle(in(Duration.ZERO))).isTrue();
        for (int i = 0; i < 3; i++) {
            int round = i;
            executor.execute(() -> ran.add(round));
            assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
            await().untilAsserted(() -> assertThat(threads()).isEmpty());
        }
        assertThat(ran).containsExactly(0, 1, 2);
    }

    @Test
    void pieceMayHandInAnother() throws Exception {
        executor.execute(() -> {
            executor.execute(() -> ran.add(2));
            ran.add(1);
        });
        await().untilAsserted(() -> assertThat(ran).containsExactly(1, 2));
    }

    @Test
    void interruptedWaiterKeepsTheInterrupt() {
        CountDownLatch blocked = new CountDownLatch(1);
        executor.execute(() -> awaitOrInterrupt(blocked));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> executor.awaitIdle(in(ofSeconds(1)))).isInstanceOf(InterruptedException.class);
        blocked.countDown();
    }

    @Test
    void lingeringThreadTakesTheNextPieceToo() throws Exception {
        SerialExecutor lingering = new SerialExecutor("serial-test", LOG, ticker, ofSeconds(1));
        Set<Thread> runners = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 3; i++) {
            lingering.execute(() -> runners.add(Thread.currentThread()));
            assertThat(lingering.awaitIdle(in(ofSeconds(1)))).isTrue();
            ticker.awaitSleepers(1);
            ticker.advance(ofMillis(999));
        }
        assertThat(runners).hasSize(1);
        ticker.awaitSleepers(1);
        ticker.advance(ofMillis(1));
        await().until(() -> threads().isEmpty());
    }

    @Test
    void dismissedThreadDoesNotLingerAndTheNextPieceHasAnother() throws Exception {
        SerialExecutor lingering = new SerialExecutor("serial-test", LOG, ticker, ofSeconds(1));
        for (int i = 0; i < 2; i++) {
            lingering.execute(() -> ran.add(1));
            assertThat(lingering.awaitIdle(in(ofSeconds(1)))).isTrue();
            lingering.dismiss();
            await().until(() -> threads().isEmpty());
        }
        assertThat(ran).containsExactly(1, 1);
    }

    @Test
    void retainedThreadTakesAllFurtherPiecesUntilItIsDismissed() throws Exception {
        Set<Thread> runners = ConcurrentHashMap.newKeySet();
        executor.retainThread();
        for (int i = 0; i < 3; i++) {
            executor.execute(() -> runners.add(Thread.currentThread()));
            assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
            await().until(() -> threads().get(0).getState() == Thread.State.WAITING);
        }
        assertThat(runners).hasSize(1);
        assertThat(ticker.sleepers()).isZero(); // it waits without a limit
        executor.dismiss();
        await().until(() -> threads().isEmpty());
        executor.execute(() -> ran.add(1));
        await().until(() -> threads().isEmpty());
        assertThat(ran).containsExactly(1);
    }

    @Test
    void interruptOfARetainedThreadEndsOnlyThatThread() throws Exception {
        executor.retainThread();
        executor.execute(() -> ran.add(1));
        assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
        await().until(() -> threads().get(0).getState() == Thread.State.WAITING);
        threads().get(0).interrupt();
        await().until(() -> threads().isEmpty());
        executor.execute(() -> ran.add(2));
        assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
        assertThat(ran).containsExactly(1, 2);
        executor.dismiss();
    }

    @Test
    void interruptFlagOfOnePieceIsNotThatOfTheNext() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        List<Boolean> interrupted = new CopyOnWriteArrayList<>();
        executor.execute(() -> {
            awaitOrInterrupt(first);
            Thread.currentThread().interrupt();
        });
        executor.execute(() -> interrupted.add(Thread.currentThread().isInterrupted()));
        first.countDown();
        assertThat(executor.awaitIdle(in(ofSeconds(1)))).isTrue();
        assertThat(interrupted).containsExactly(false);
    }

    @Test
    void errorWhileItLingersDoesNotEndTheQueue() throws Exception {
        FailingTicker failing = new FailingTicker();
        SerialExecutor lingering = new SerialExecutor("serial-test", LOG, failing, ofSeconds(10));
        failing.failNextWaitOf("shutdown4j-serial-test");
        lingering.execute(() -> ran.add(1));
        await().until(failing::waitHasFailed);
        await().until(() -> threads().isEmpty());
        lingering.execute(() -> ran.add(2));
        await().untilAsserted(() -> assertThat(ran).containsExactly(1, 2));
        lingering.dismiss();
    }

    @Test
    void errorBeforeAWaitThatIsNoneDoesNotEndTheQueue() throws Exception {
        FailingTicker failing = new FailingTicker();
        SerialExecutor simple = new SerialExecutor("serial-test", LOG, failing);
        failing.failAt("shutdown4j-serial-test", 1);
        simple.execute(() -> ran.add(1));
        await().until(() -> ran.size() == 1 && threads().isEmpty());
        simple.execute(() -> ran.add(2));
        await().untilAsserted(() -> assertThat(ran).containsExactly(1, 2));
    }
}
