package io.github.shutdown4j;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.Readiness.State;
import io.github.shutdown4j.testing.FakeTicker;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class ReadinessTest {

    private final FakeTicker ticker = new FakeTicker();
    private final Readiness readiness = new Readiness(ticker);
    private final List<State> notified = new CopyOnWriteArrayList<>();

    private boolean moveTo(State state) {
        if (state == State.READY) {
            int before = notified.size();
            readiness.servicesReady(() -> notified.add(state));
            return notified.size() > before;
        }
        return readiness.moveTo(state, () -> notified.add(state));
    }

    private CompletableFuture<Boolean> waiter() {
        CompletableFuture<Boolean> ready = CompletableFuture.supplyAsync(() -> {
            try {
                return readiness.await(ofSeconds(1));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        ticker.awaitSleepers(1);
        return ready;
    }

    @Test
    void movesForwardOnly() {
        assertThat(readiness.state()).isEqualTo(State.STARTING);
        assertThat(moveTo(State.READY)).isTrue();
        assertThat(moveTo(State.READY)).isFalse();
        assertThat(moveTo(State.QUIET)).isTrue();
        assertThat(moveTo(State.QUIET)).isFalse();
        assertThat(moveTo(State.READY)).isFalse();
        assertThat(moveTo(State.ENDING)).isTrue();
        assertThat(moveTo(State.ENDING)).isFalse();
        assertThat(moveTo(State.QUIET)).isFalse();
        assertThat(moveTo(State.READY)).isFalse();
        assertThat(readiness.state()).isEqualTo(State.ENDING);
        assertThat(notified).containsExactly(State.READY, State.QUIET, State.ENDING);
    }

    @Test
    void quietDuringTheStartPreventsReadinessAndTheStartContinues() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        assertThat(moveTo(State.QUIET)).isTrue();
        readiness.whileStarting(() -> events.add("still starting"));
        assertThat(moveTo(State.READY)).isTrue();
        readiness.whileStarting(() -> events.add("too late"));
        assertThat(moveTo(State.READY)).isFalse();
        assertThat(readiness.state()).isEqualTo(State.QUIET);
        assertThat(readiness.await(ZERO)).isFalse();
        assertThat(notified).containsExactly(State.QUIET, State.READY);
        assertThat(events).containsExactly("still starting");
    }

    @Test
    void mayLeaveOutWhatComesBetween() {
        assertThat(moveTo(State.ENDING)).isTrue();
        assertThat(moveTo(State.READY)).isFalse();
        assertThat(notified).containsExactly(State.ENDING);
    }

    @Test
    void eventsOfTheStartAreNotSentLater() {
        List<String> events = new CopyOnWriteArrayList<>();
        readiness.whileStarting(() -> events.add("starting"));
        moveTo(State.READY);
        readiness.whileStarting(() -> events.add("ready"));
        moveTo(State.ENDING);
        readiness.whileStarting(() -> events.add("ending"));
        assertThat(events).containsExactly("starting");
    }

    @Test
    void waiterWakesWhenItIsReady() throws Exception {
        CompletableFuture<Boolean> ready = waiter();
        moveTo(State.READY);
        assertThat(ready.get()).isTrue();
        assertThat(readiness.await(ZERO)).isTrue();
    }

    @Test
    void waiterWakesWhenItWillNeverBeReady() throws Exception {
        CompletableFuture<Boolean> ready = waiter();
        moveTo(State.QUIET);
        assertThat(ready.get()).isFalse();
        assertThat(readiness.await(ofSeconds(1))).isFalse();
    }

    @Test
    void waiterWaitsNoLongerThanItsTime() throws Exception {
        CompletableFuture<Boolean> ready = waiter();
        ticker.advance(ofMillis(999));
        ticker.awaitSleepers(1);
        assertThat(ready).isNotDone();
        ticker.advance(ofMillis(1));
        assertThat(ready.get()).isFalse();
    }

    @Test
    void interruptedWaiterKeepsTheInterrupt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> readiness.await(ofSeconds(1))).isInstanceOf(InterruptedException.class);
    }

    @Test
    void readyIsNeverSentAfterTheEnd() throws Exception {
        for (int i = 0; i < 500; i++) {
            Readiness raced = new Readiness(ticker);
            List<State> order = new CopyOnWriteArrayList<>();
            CyclicBarrier barrier = new CyclicBarrier(2);
            CompletableFuture<Void> ready = CompletableFuture.runAsync(() -> {
                meet(barrier);
                raced.servicesReady(() -> order.add(State.READY));
            });
            meet(barrier);
            raced.moveTo(State.ENDING, () -> order.add(State.ENDING));
            ready.get();
            assertThat(order).isIn(List.of(State.ENDING), List.of(State.READY, State.ENDING));
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
