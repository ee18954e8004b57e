package io.github.shutdown4j.trigger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static io.github.shutdown4j.testing.Latches.awaitOrInterrupt;
import static io.github.shutdown4j.testing.OwnThreads.threadsNamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class ShutdownTriggerTest {

    private static final ShutdownReason FIRST = new ShutdownReason.Requested("first");
    private static final ShutdownReason SECOND = new ShutdownReason.Requested("second");

    private final ShutdownTrigger trigger = ShutdownTrigger.create();

    @Test
    void firstReasonWins() throws Exception {
        assertThat(trigger.isRequested()).isFalse();
        assertThat(trigger.reason()).isEmpty();
        assertThat(trigger).hasToString("ShutdownTrigger[not requested]");
        assertThat(trigger.request(FIRST)).isTrue();
        assertThat(trigger.request(SECOND)).isFalse();
        assertThat(trigger.request(FIRST)).isFalse();
        assertThat(trigger.isRequested()).isTrue();
        assertThat(trigger.reason()).contains(FIRST);
        assertThat(trigger.await()).isEqualTo(FIRST);
        assertThat(trigger.await(Duration.ZERO)).contains(FIRST);
        assertThat(trigger).hasToString("ShutdownTrigger[requested by first]");
    }

    @Test
    @DisplayName("exactly one of many simultaneous requests wins (scenario 9)")
    void ofManyRequestsAtOnceOneWins() throws Exception {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 200; round++) {
                ShutdownTrigger contested = ShutdownTrigger.create();
                CyclicBarrier start = new CyclicBarrier(threads);
                List<Future<ShutdownReason>> winners = IntStream.range(0, threads)
                        .mapToObj(i -> pool.submit(() -> {
                            ShutdownReason mine = new ShutdownReason.Requested("thread " + i);
                            start.await();
                            return contested.request(mine) ? mine : null;
                        }))
                        .toList();
                List<ShutdownReason> won = new ArrayList<>();
                for (Future<ShutdownReason> winner : winners) {
                    if (winner.get() != null) {
                        won.add(winner.get());
                    }
                }
                assertThat(won).containsExactly(contested.reason().orElseThrow());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void waitersWakeAtTheRequest() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            List<Future<ShutdownReason>> waiters = IntStream.range(0, 50)
                    .mapToObj(i -> pool.submit(() -> trigger.await()))
                    .toList();
            Future<Object> timed =
                    pool.submit(() -> trigger.await(Duration.ofDays(1_000_000)).orElseThrow());
            trigger.request(FIRST);
            for (Future<ShutdownReason> waiter : waiters) {
                assertThat(waiter.get(60, TimeUnit.SECONDS)).isEqualTo(FIRST);
            }
            assertThat(timed.get(60, TimeUnit.SECONDS)).isEqualTo(FIRST);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void awaitReturnsEmptyAtTheTimeout() throws Exception {
        FakeTicker ticker = new FakeTicker();
        ShutdownTrigger onFakeTime = new ShutdownTrigger(ticker);
        AtomicReference<Object> answer = new AtomicReference<>();
        Thread waiter = new Thread(() -> {
            try {
                answer.set(onFakeTime.await(Duration.ofSeconds(3)));
            } catch (InterruptedException e) {
                answer.set(e);
            }
        });
        waiter.start();
        ticker.awaitSleepers(1);
        ticker.advanceWakingNone(Duration.ofMillis(2_999));
        assertThat(answer.get()).isNull();
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1));
        waiter.join();
        assertThat(answer.get()).isEqualTo(java.util.Optional.empty());
        assertThat(onFakeTime.await(Duration.ZERO)).isEmpty();
    }

    @Test
    void interruptionEndsTheWaitButDoesNotHideAReasonThatIsThere() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(trigger::await).isInstanceOf(InterruptedException.class);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> trigger.await(Duration.ofSeconds(5))).isInstanceOf(InterruptedException.class);
        trigger.request(FIRST);
        Thread.currentThread().interrupt();
        assertThat(trigger.await()).isEqualTo(FIRST);
        assertThat(trigger.await(Duration.ofSeconds(5))).contains(FIRST);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("a subscriber that comes after the request is notified at once (scenario 10)")
    void lateSubscribersAreNotifiedAtOnce() throws Exception {
        CompletableFuture<ShutdownReason> early = new CompletableFuture<>();
        CompletableFuture<ShutdownReason> late = new CompletableFuture<>();
        trigger.subscribe(early::complete);
        trigger.request(FIRST);
        assertThat(early.get(60, TimeUnit.SECONDS)).isEqualTo(FIRST);
        trigger.subscribe(late::complete);
        assertThat(late.get(60, TimeUnit.SECONDS)).isEqualTo(FIRST);
        assertThat(trigger.whenRequested().toCompletableFuture().getNow(null)).isEqualTo(FIRST);
    }

    @Test
    @DisplayName("subscribers that throw or block forever do not keep others from being notified (scenario 11)")
    void subscribersThatThrowOrBlockHarmOnlyThemselves() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<ShutdownReason> last = new CompletableFuture<>();
        try (CapturedLogs logs = CapturedLogs.open()) {
            trigger.subscribe(r -> {
                throw new IllegalStateException("on purpose");
            });
            for (int i = 0; i < 3; i++) {
                trigger.subscribe(r -> awaitOrInterrupt(release));
                trigger.whenRequested().thenRun(() -> awaitOrInterrupt(release));
            }
            trigger.subscribe(last::complete);
            long requestedAt = System.nanoTime();
            trigger.request(FIRST);
            assertThat(last.get(60, TimeUnit.SECONDS)).isEqualTo(FIRST);
            assertThat(Duration.ofNanos(System.nanoTime() - requestedAt))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(3 * 10));
            // The first may still be logging its failure, on another thread.
            Awaitility.await().untilAsserted(() -> assertThat(logs.texts(Level.ERROR))
                    .singleElement()
                    .asString()
                    .contains("on purpose"));
        } finally {
            release.countDown();
        }
    }

    @Test
    void requestRunsNothingOnTheCallersThread() throws Exception {
        CompletableFuture<Thread> calledOn = new CompletableFuture<>();
        CompletableFuture<Thread> stageOn = new CompletableFuture<>();
        trigger.subscribe(r -> calledOn.complete(Thread.currentThread()));
        trigger.whenRequested().thenRun(() -> stageOn.complete(Thread.currentThread()));
        trigger.request(FIRST);
        assertThat(List.of(calledOn.get(60, TimeUnit.SECONDS), stageOn.get(60, TimeUnit.SECONDS)))
                .allMatch(Thread::isDaemon)
                .allMatch(t -> t.getName().equals("shutdown4j-trigger-callbacks"))
                .doesNotContain(Thread.currentThread());
    }

    @Test
    void theFirstConsumerIsCalledOnceOnTheThreadThatMakesTheRequest() {
        List<Thread> callers = new ArrayList<>();
        ShutdownTrigger withFirst = ShutdownTrigger.create(reason -> callers.add(Thread.currentThread()));
        assertThat(callers).isEmpty();
        withFirst.request(FIRST);
        withFirst.request(SECOND);
        assertThat(callers).containsExactly(Thread.currentThread());
    }

    @Test
    void tenThousandSubscribersAreNotifiedOnceEachAndInOrder() {
        // Its clock stands still, so that no callback of a slow machine is overtaken by the next.
        ShutdownTrigger onFakeTime = new ShutdownTrigger(new FakeTicker());
        Awaitility.await()
                .until(() -> threadsNamed("shutdown4j-trigger-callbacks").isEmpty()); // of the tests before
        List<Integer> notified = new CopyOnWriteArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            onFakeTime.subscribe(r -> {
                calls.incrementAndGet();
                if (number % 1_000 == 0) {
                    notified.add(number);
                }
            });
        }
        assertThat(threadsNamed("shutdown4j-trigger-callbacks")).isEmpty();
        onFakeTime.request(FIRST);
        Awaitility.await().until(() -> calls.get() == 10_000);
        assertThat(notified).containsExactly(0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000);
        Awaitility.await()
                .until(() -> threadsNamed("shutdown4j-trigger-callbacks").isEmpty());
        assertThat(calls).hasValue(10_000);
    }

    @Test
    void closedSubscriptionIsNotCalled() throws Exception {
        // Its clock stands still: nobody overtakes the subscriber that blocks.
        ShutdownTrigger onFakeTime = new ShutdownTrigger(new FakeTicker());
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<ShutdownReason> last = new CompletableFuture<>();
        Subscription before = onFakeTime.subscribe(r -> calls.incrementAndGet());
        before.close();
        before.close();
        onFakeTime.whenRequested().toCompletableFuture().cancel(false);
        onFakeTime.subscribe(r -> {
            inside.countDown();
            awaitOrInterrupt(release);
        });
        Subscription during = onFakeTime.subscribe(r -> calls.incrementAndGet());
        onFakeTime.request(FIRST);
        inside.await();
        during.close();
        release.countDown();
        onFakeTime.subscribe(last::complete);
        last.get(60, TimeUnit.SECONDS);
        assertThat(calls).hasValue(0);
    }

    @Test
    void badInputFailsAtTheCall() {
        assertThatThrownBy(() -> trigger.request(null)).hasMessage("reason must not be null");
        assertThatThrownBy(() -> trigger.subscribe(null)).hasMessage("subscriber must not be null");
        assertThatThrownBy(() -> trigger.await(null)).hasMessage("timeout must not be null");
        assertThatThrownBy(() -> trigger.await(Duration.ofMillis(-1)))
                .hasMessage("timeout must not be negative, was -1 ms");
        assertThat(trigger.isRequested()).isFalse();
    }

    @Test
    void subscribersAreCalledThoughTheFirstCallbackThrows() throws Exception {
        ShutdownTrigger broken = ShutdownTrigger.create(reason -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        CompletableFuture<ShutdownReason> called = new CompletableFuture<>();
        broken.subscribe(called::complete);
        assertThatThrownBy(() -> broken.request(FIRST)).isInstanceOf(OutOfMemoryError.class);
        assertThat(called.get(60, TimeUnit.SECONDS)).isEqualTo(FIRST);
        assertThat(broken.request(SECOND)).isFalse();
    }

    @Test
    void subscriberThatComesDuringTheFirstCallbackIsCalledAfterThoseBefore() throws Exception {
        List<String> called = new CopyOnWriteArrayList<>();
        CountDownLatch both = new CountDownLatch(2);
        AtomicReference<ShutdownTrigger> self = new AtomicReference<>();
        // A clock that stands still: callbacks that are slow, because the machine is, are not overtaken.
        ShutdownTrigger own = new FakeTicker()
                .keptBy(() -> ShutdownTrigger.create(reason -> {
                    CountDownLatch late = new CountDownLatch(1);
                    self.get().subscribe(again -> {
                        called.add("late");
                        late.countDown();
                        both.countDown();
                    });
                    try {
                        var unused = late.await(100, TimeUnit.MILLISECONDS); // where it would be called too early
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        self.set(own);
        own.subscribe(reason -> {
            called.add("early");
            both.countDown();
        });
        own.request(FIRST);
        assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(called).containsExactly("early", "late");
    }
}
