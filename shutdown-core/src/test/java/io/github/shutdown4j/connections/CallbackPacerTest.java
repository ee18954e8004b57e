package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.FakeTicker;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class CallbackPacerTest {

    private final FakeTicker ticker = new FakeTicker();

    private List<Runnable> callbacks(int count, AtomicInteger sent) {
        List<Runnable> callbacks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            callbacks.add(sent::incrementAndGet);
        }
        return callbacks;
    }

    /** Advances the clock and waits until the pacer thread sleeps again or has ended. */
    private void pass(Duration time) {
        ticker.advance(time);
        await().pollInterval(ofMillis(1)).until(() -> ticker.sleepers() == 1 || hasEnded());
    }

    private static boolean hasEnded() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("shutdown4j-tracker-ws-spread"));
    }

    @Test
    @DisplayName("scenario 32: 1,000 connections are notified evenly over 2 s")
    void callbacksAreSpreadEvenly() {
        AtomicInteger sent = new AtomicInteger();
        new CallbackPacer("ws", ofSeconds(2), ticker).run(callbacks(1_000, sent), ofSeconds(5));
        ticker.awaitSleepers(1);
        int before = 0;
        for (int beat = 0; beat < 20; beat++) {
            for (int i = 0; i < 10; i++) {
                pass(ofMillis(10));
            }
            assertThat(sent.get() - before).as("in beat %s of 100 ms", beat).isBetween(40, 60);
            before = sent.get();
        }
        assertThat(sent).hasValue(1_000);
        await().until(() -> ticker.sleepers() == 0);
    }

    @Test
    void allAreCalledThoughAWaitBetweenThemFails() {
        FailingTicker failing = new FailingTicker();
        failing.failAt("shutdown4j-tracker-ws-spread", 3); // the first one for a wait
        AtomicInteger sent = new AtomicInteger();
        // On a busy machine, all would be due before a wait in a shorter time.
        new CallbackPacer("ws", ofSeconds(2), failing).run(callbacks(10, sent), ofSeconds(5));
        await().untilAsserted(() -> assertThat(sent).hasValue(10));
        assertThat(failing.hasFailed()).isTrue();
    }

    @Test
    void spreadIsCappedByTheLimit() {
        AtomicInteger sent = new AtomicInteger();
        new CallbackPacer("ws", ofSeconds(60), ticker).run(callbacks(10, sent), ofMillis(100));
        ticker.awaitSleepers(1);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .contains("shutdown4j-tracker-ws-spread");
        for (int i = 0; i < 9; i++) {
            pass(ofMillis(10));
        }
        assertThat(sent.get()).isBetween(9, 10);
        pass(ofMillis(10));
        await().untilAsserted(() -> assertThat(sent).hasValue(10));
    }

    @Test
    void withoutSpreadAllCallbacksRunAtOnce() {
        AtomicInteger sent = new AtomicInteger();
        new CallbackPacer("ws", Duration.ZERO, ticker).run(callbacks(100, sent), ofSeconds(5));
        assertThat(sent).hasValue(100);
        new CallbackPacer("ws", ofSeconds(2), ticker).run(callbacks(1, sent), ofSeconds(5));
        assertThat(sent).hasValue(101);
        new CallbackPacer("ws", ofSeconds(2), ticker).run(callbacks(100, sent), Duration.ZERO);
        assertThat(sent).hasValue(201);
    }

    @Test
    @DisplayName(
            "scenario 32: the drain of a tracker with a spread ends when the last connection has been notified and closed")
    void trackerSpreadsItsCallbacks() throws Exception {
        ConnectionTracker tracker =
                ConnectionTracker.builder("idle").spread(ofMillis(600)).build();
        List<Long> notified = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 200; i++) {
            ConnectionGuard guard = tracker.acquire();
            guard.onDrain(() -> {
                notified.add(System.nanoTime());
                guard.close();
            });
        }
        long start = System.nanoTime();
        StepResult result = tracker.drain(ofSeconds(60));
        assertThat(result.outcome()).isEqualTo(Outcome.DONE);
        assertThat(result.elapsed()).isBetween(ofMillis(590), ofSeconds(50));
        assertThat(notified).hasSize(200);
        notified.sort(null); // callbacks run on several threads
        for (int i = 0; i < 200; i += 20) { // never too early, independent of the load
            assertThat(Duration.ofNanos(notified.get(i) - start)).isGreaterThanOrEqualTo(ofMillis(600L * i / 200));
        }
    }

    @Test
    void callbackOfAGuardClosedBeforeItsTurnIsNotCalled() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.builder("ws")
                .spread(ofSeconds(10))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
        ConnectionGuard first = tracker.acquire();
        ConnectionGuard second = tracker.acquire();
        first.onDrain(() -> {
            second.close();
            first.close();
        });
        AtomicInteger notified = new AtomicInteger();
        second.onDrain(notified::incrementAndGet);
        assertThat(tracker.drain(ofSeconds(30)).outcome()).isEqualTo(Outcome.DONE);
        while (!hasEnded()) {
            pass(ofSeconds(1));
        }
        assertThat(notified).hasValue(0);
    }

    @Test
    void spreadIsCheckedAtTheCall() {
        assertThatThrownBy(() -> ConnectionTracker.builder("x").spread(ofMillis(-1)))
                .hasMessageContaining("spread must not be negative");
        assertThatThrownBy(() -> ConnectionTracker.builder("x").spread(null)).hasMessageContaining("spread");
    }

    @Test
    void durationThatIsLongerThanTheClockStillCallsTheFirstAtOnce() {
        AtomicInteger sent = new AtomicInteger();
        Duration forever = ofSeconds(Long.MAX_VALUE);
        new CallbackPacer("ws", forever, ticker).run(callbacks(2, sent), forever);
        await().untilAsserted(() -> assertThat(sent).hasValue(1));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofDays(365 * 147)); // as long as the library counts
        await().untilAsserted(() -> assertThat(sent).hasValue(2));
    }
}
