package io.github.shutdown4j.connections;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Moments;

import static io.github.shutdown4j.testing.Latches.awaitOrInterrupt;
import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class OnDrainTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ConnectionTracker tracker = ConnectionTracker.create("ws");

    @Test
    @DisplayName("scenario 30: long-lived work is notified, closes its guard, and the drain ends")
    void callbackRunsWhenTheDrainBegins() throws Exception {
        AtomicInteger notified = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            ConnectionGuard guard = tracker.acquire();
            assertThat(guard.onDrain(() -> {
                        notified.incrementAndGet();
                        guard.close();
                    }))
                    .isSameAs(guard);
        }
        tracker.close();
        assertThat(notified).as("close() runs no callback").hasValue(0);

        StepResult result = tracker.drain(LONG);
        assertThat(result.outcome()).isEqualTo(Outcome.DONE);
        assertThat(result.detail()).isEqualTo("3 finished");
        assertThat(result.elapsed()).isLessThan(Duration.ofSeconds(25));
        assertThat(notified).hasValue(3);
    }

    @Test
    void callbackRunsOnAThreadOfItsOwn() throws Exception {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        ConnectionGuard guard = tracker.acquire();
        guard.onDrain(() -> {
            threads.add(Thread.currentThread());
            guard.close();
        });
        tracker.drain(LONG);
        Thread thread = threads.remove();
        assertThat(thread).isNotSameAs(Thread.currentThread());
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("shutdown4j-tracker-ws-callbacks");
        thread.join(60_000);
        assertThat(thread.isAlive()).as("no thread stays").isFalse();
    }

    @Test
    void callbackAddedDuringTheDrainRunsAtOnce() throws Exception {
        ConnectionGuard guard = tracker.acquire();
        FutureTask<StepResult> drain = Background.onThread(() -> tracker.drain(LONG));
        Awaitility.await().until(tracker::isClosed);
        guard.onDrain(guard::close);
        assertThat(drain.get().outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void everyCallbackRunsOnceForSeveralDrains() throws Exception {
        List<String> calls = new ArrayList<>();
        ConnectionTracker direct =
                ConnectionTracker.builder("ws").executor(Runnable::run).build();
        ConnectionGuard one = direct.acquire().onDrain(() -> calls.add("one"));
        ConnectionGuard other = direct.acquire();
        other.onDrain(() -> calls.add("two")).onDrain(() -> calls.add("three"));
        direct.drain(Duration.ofMillis(1));
        direct.drain(Duration.ofMillis(1));
        assertThat(calls).containsExactly("one", "two", "three");
        one.close();
        other.close();
        assertThat(direct.inFlight()).isZero();
        assertThat(direct.pendingCallbacks()).isZero();
    }

    @Test
    void callbacksOfManyGuardsInARowAreDiscarded() {
        for (int i = 0; i < 3; i++) {
            tracker.acquire().onDrain(() -> {}).close();
            assertThat(tracker.pendingCallbacks()).as("after guard %s", i).isZero();
        }
    }

    @Test
    void callbacksAreSpreadOverHalfOfTheDrainAtMost() throws Exception {
        FakeTicker ticker = new FakeTicker();
        ConnectionTracker paced = ConnectionTracker.builder("ws")
                .ticker(ticker)
                .spread(Duration.ofMinutes(10))
                .build();
        List<ConnectionGuard> guards = new ArrayList<>();
        CountDownLatch notified = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            guards.add(paced.acquire().onDrain(notified::countDown));
        }
        FutureTask<StepResult> drain = Background.onThread(() -> paced.drain(Duration.ofSeconds(20)));
        ticker.awaitSleepers(2); // the drain and the pacer
        ticker.advance(Duration.ofSeconds(10));
        assertThat(notified.await(60, TimeUnit.SECONDS)).isTrue();
        guards.forEach(ConnectionGuard::close);
        assertThat(drain.get().outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void callbackIsDiscardedWhenItsGuardCloses() throws Exception {
        AtomicInteger notified = new AtomicInteger();
        List<ConnectionGuard> guards = List.of(tracker.acquire(), tracker.acquire(), tracker.acquire());
        List<WeakReference<Runnable>> callbacks = new ArrayList<>();
        for (ConnectionGuard guard : guards) {
            Runnable callback = new Runnable() {
                @Override
                public void run() {
                    notified.incrementAndGet();
                }
            };
            callbacks.add(new WeakReference<>(callback));
            guard.onDrain(callback);
        }
        assertThat(tracker.pendingCallbacks()).isEqualTo(3);
        guards.forEach(ConnectionGuard::close);
        guards.forEach(guard -> guard.onDrain(notified::incrementAndGet));
        assertThat(tracker.pendingCallbacks()).isZero();
        assertThat(tracker.inFlight()).isZero();
        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertThat(callbacks).allMatch(reference -> reference.get() == null);
        });
        tracker.drain(LONG);
        assertThat(notified).hasValue(0);
    }

    @Test
    void nextGuardInTheSameSlotHasNoCallback() throws Exception {
        ConnectionTracker single = ConnectionTracker.builder("ws")
                .stripes(1)
                .executor(Runnable::run)
                .build();
        AtomicInteger notified = new AtomicInteger();
        single.acquire().onDrain(notified::incrementAndGet).close();
        ConnectionGuard next = single.acquire();
        single.drain(Duration.ofMillis(1));
        assertThat(notified).hasValue(0);
        next.close();
        assertThat(single.inFlight()).isZero();
    }

    @Test
    void callbackThatThrowsIsLoggedAndTheOthersRun() throws Exception {
        ConnectionTracker detailed =
                ConnectionTracker.builder("ws").details(GuardDetails.on()).build();
        ConnectionGuard bad = detailed.acquire("socket 1");
        ConnectionGuard good = detailed.acquire("socket 2");
        bad.onDrain(() -> {
            bad.close();
            throw new AssertionError("no");
        });
        good.onDrain(good::close);
        try (CapturedLogs logs = CapturedLogs.open()) {
            assertThat(detailed.drain(LONG).outcome()).isEqualTo(Outcome.DONE);
            Awaitility.await().until(() -> !logs.texts(Level.WARN).isEmpty());
            assertThat(logs.texts(Level.WARN))
                    .singleElement()
                    .asString()
                    .startsWith("tracker 'ws': the onDrain callback of 'socket 1' failed")
                    .contains("AssertionError: no");
            assertThat(logs.texts(Level.ERROR)).isEmpty();
        }
    }

    @Test
    @DisplayName("scenario 29: a hundred callbacks that block forever delay neither the others nor the drain")
    void callbacksThatBlockForeverDelayNeitherOthersNorTheDrain() throws Exception {
        FakeTicker ticker = new FakeTicker(); // gives the threads of a slow machine the time that they need
        ConnectionTracker blocked =
                ConnectionTracker.builder("ws").ticker(ticker).build();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch notified = new CountDownLatch(200);
        List<ConnectionGuard> stuck = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ConnectionGuard guard = blocked.acquire();
            boolean blocks = i % 2 == 0;
            if (blocks) {
                stuck.add(guard);
            }
            guard.onDrain(() -> {
                notified.countDown();
                if (blocks) {
                    awaitOrInterrupt(never);
                } else {
                    guard.close();
                }
            });
        }
        FutureTask<StepResult> drain = Background.onThread(() -> blocked.drain(Duration.ofHours(1)));
        while (notified.getCount() > 0 || blocked.inFlight() > 100) {
            ticker.advance(Duration.ofMillis(10));
            Moments.after(Duration.ofMillis(1));
        }
        assertThat(drain).isNotDone();
        ticker.advance(Duration.ofHours(1));
        StepResult result = drain.get();
        assertThat(result.detail()).isEqualTo("100 finished, 100 abandoned");
        assertThat(result.elapsed()).isBetween(Duration.ofHours(1), Duration.ofHours(2));
        stuck.forEach(ConnectionGuard::close);
        never.countDown();
        assertThat(blocked.inFlight()).isZero();
    }

    @Test
    void callbackOfATrackerNamedReleaseIsNotTakenForARelease() throws Exception {
        for (String name : List.of("release", "released")) {
            ConnectionTracker named = ConnectionTracker.create(name);
            AtomicReference<Boolean> releasing = new AtomicReference<>();
            ConnectionGuard guard = named.acquire();
            guard.onDrain(() -> {
                releasing.set(ResourceManager.isReleasing(Thread.currentThread()));
                guard.close();
            });
            assertThat(named.drain(LONG).outcome()).isEqualTo(Outcome.DONE);
            assertThat(releasing).hasValue(false);
        }
    }
}
