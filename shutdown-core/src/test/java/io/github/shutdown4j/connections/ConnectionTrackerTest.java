package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static io.github.shutdown4j.testing.Background.onThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class ConnectionTrackerTest {

    private final ConnectionTracker tracker = ConnectionTracker.create("http");

    @Test
    void countsAGuardUntilItIsClosed() {
        try (ConnectionGuard guard = tracker.acquire()) {
            assertThat(tracker.inFlight()).isEqualTo(1);
            assertThat(tracker.unfinishedCount()).isEqualTo(1);
        }
        assertThat(tracker.inFlight()).isZero();
        assertThat(tracker.admitted()).isEqualTo(1);
        assertThat(tracker.refused()).isZero();
    }

    @Test
    @DisplayName("scenario 22: a guard closed twice, on two threads, counts once")
    void countsAGuardOnceHoweverOftenItIsClosed() throws Exception {
        ConnectionGuard first = tracker.acquire();
        ConnectionGuard second = tracker.acquire();
        ConnectionGuard third = tracker.acquire();
        for (ConnectionGuard guard : List.of(first, second, third)) {
            long before = tracker.inFlight();
            guard.close();
            guard.close();
            onThread(() -> {
                        guard.close();
                        return null;
                    })
                    .get();
            assertThat(tracker.inFlight()).isEqualTo(before - 1);
        }
    }

    @Test
    @DisplayName("scenario 22: closing an old guard again does not close a later one in the same slot")
    void staleGuardHasNoEffect() {
        ConnectionTracker single = ConnectionTracker.builder("http").stripes(1).build();
        ConnectionGuard stale = single.acquire();
        stale.close();
        for (int i = 0; i < 10; i++) {
            try (ConnectionGuard later = single.acquire()) {
                stale.close();
                assertThat(single.inFlight()).isEqualTo(1);
            }
        }
        assertThat(single.admitted()).isEqualTo(11);
    }

    @Test
    @DisplayName("scenario 22: a guard is closed on another thread than it was acquired on")
    void guardIsClosedOnAnotherThread() throws Exception {
        ConnectionGuard guard = onThread(tracker::acquire).get();
        guard.close();
        assertThat(tracker.inFlight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void countsManyGuardsAtATimeInAnyOrder(int stripes) {
        ConnectionTracker many =
                ConnectionTracker.builder("http").stripes(stripes).build();
        List<ConnectionGuard> guards = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            guards.add(many.acquire());
        }
        assertThat(many.inFlight()).isEqualTo(10_000);
        Collections.shuffle(guards, new Random(1));
        guards.subList(0, 4_000).forEach(ConnectionGuard::close);
        assertThat(many.inFlight()).isEqualTo(6_000);
        many.close();
        guards.forEach(ConnectionGuard::close);
        assertThat(many.inFlight()).isZero();
        assertThat(many.admitted()).isEqualTo(10_000);
    }

    @Test
    void countsMoreGuardsOfOneThreadThanACellHolds() {
        int many = 600_000;
        List<ConnectionGuard> guards = new ArrayList<>(many);
        for (int i = 0; i < many; i++) {
            guards.add(tracker.acquire());
        }
        assertThat(tracker.inFlight()).isEqualTo(many);
        assertThat(tracker.admitted()).isEqualTo(many);
        guards.subList(0, many - 1).forEach(ConnectionGuard::close);
        guards.subList(0, many - 1).forEach(ConnectionGuard::close);
        assertThat(tracker.inFlight()).isEqualTo(1);
        tracker.close();
        guards.get(many - 1).close();
        assertThat(tracker.inFlight()).isZero();
        assertThat(tracker.admitted()).isEqualTo(many);
    }

    @Test
    void tooManyGuardsFailWithAnException() {
        ConnectionTracker single = ConnectionTracker.builder("http").stripes(1).build();
        int most = 1 << 19;
        List<ConnectionGuard> guards = new ArrayList<>(most);
        for (int i = 0; i < most; i++) {
            guards.add(single.acquire());
        }
        assertThatIllegalStateException()
                .isThrownBy(single::acquire)
                .withMessage("more guards are open than can be counted: " + most);
        assertThat(single.inFlight()).isEqualTo(most);
        guards.get(7).close();
        guards.set(7, single.acquire());
        single.close();
        guards.forEach(ConnectionGuard::close);
        assertThat(single.inFlight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void slotIsRetiredBeforeItsStampsRepeat(boolean detailed) {
        ConnectionTracker old = ConnectionTracker.builder("http")
                .stripes(1)
                .generation((1L << 41) - 3)
                .details(detailed ? GuardDetails.on() : GuardDetails.off())
                .build();
        List<ConnectionGuard> closed = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ConnectionGuard guard = old.acquire("guard");
            assertThat(old.inFlight()).isEqualTo(1);
            assertThat(old.unfinished(10)).hasSize(detailed ? 1 : 0);
            closed.forEach(ConnectionGuard::close);
            assertThat(old.inFlight()).isEqualTo(1);
            guard.close();
            assertThat(old.inFlight()).isZero();
            assertThat(old.unfinished(10)).isEmpty();
            closed.add(guard);
        }
        assertThat(old.admitted()).isEqualTo(10);
        assertThat(old.close()).isTrue();
        assertThat(old.tryAcquire()).isEmpty();
    }

    @Test
    @DisplayName("scenario 19: a new request is refused at once and counted")
    void refusesOnceClosed() {
        ConnectionGuard open = tracker.acquire();
        tracker.close();
        assertThatThrownBy(tracker::acquire)
                .isInstanceOf(ShuttingDownException.class)
                .hasMessageContaining("'http'");
        assertThatThrownBy(() -> tracker.acquire("GET /")).isInstanceOf(ShuttingDownException.class);
        assertThat(tracker.tryAcquire()).isEmpty();
        assertThat(tracker.tryAcquire("GET /")).isEmpty();
        assertThat(tracker.refused()).isEqualTo(4);
        assertThat(tracker.admitted()).isEqualTo(1);
        assertThat(tracker.inFlight()).isEqualTo(1);
        open.close();
        assertThat(tracker.inFlight()).isZero();
        assertThat(tracker.tryAcquire()).isEmpty();
    }

    @Test
    void refusesOnceClosedWithDetails() {
        ConnectionTracker detailed =
                ConnectionTracker.builder("jobs").details(GuardDetails.on()).build();
        detailed.close();
        assertThatThrownBy(detailed::acquire).isInstanceOf(ShuttingDownException.class);
        assertThat(detailed.tryAcquire("job 1")).isEmpty();
        assertThat(detailed.unfinished(10)).isEmpty();
    }

    @Test
    void closeIsTrueForTheFirstCallOnly() {
        assertThat(tracker.isClosed()).isFalse();
        assertThat(tracker.close()).isTrue();
        assertThat(tracker.close()).isFalse();
        assertThat(tracker.isClosed()).isTrue();
    }

    @Test
    void toStringHasNameAndState() {
        tracker.acquire();
        assertThat(tracker.name()).isEqualTo("http");
        assertThat(tracker).hasToString("tracker 'http', 1 in flight");
        tracker.close();
        assertThat(tracker).hasToString("tracker 'http', 1 in flight, closed");
    }

    @Test
    @Timeout(3600)
    @DisplayName("scenario 20: 64 threads acquire and close in a loop until the drain; 10,000 times in the long run")
    void noGuardIsHandedOutOnceTheDrainIsOver() throws Exception {
        boolean isLongRun = "long".equals(System.getProperty("stress"));
        int threads = 64;
        int rounds = isLongRun ? 10_000 : 200;
        Deadline enough = Deadline.after(Ticker.system(), isLongRun ? Duration.ofHours(1) : Duration.ofSeconds(3));
        AtomicReference<@Nullable Round> current = new AtomicReference<>();
        CyclicBarrier begin = new CyclicBarrier(
                threads, () -> current.set(current.get() != null && enough.isExpired() ? null : new Round()));
        CyclicBarrier end = new CyclicBarrier(threads);
        List<FutureTask<Integer>> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int worker = i;
            workers.add(onThread(() -> {
                try {
                    for (int n = 0; n < rounds; n++) {
                        begin.await();
                        Round round = current.get();
                        if (round == null) {
                            return n;
                        }
                        if (worker == n % threads) {
                            round.drain();
                        }
                        round.work();
                        end.await();
                        round.check(threads);
                    }
                    return rounds;
                } catch (Throwable failure) {
                    begin.reset(); // the others fail as well, instead of waiting for this one
                    throw failure;
                }
            }));
        }
        for (FutureTask<Integer> worker : workers) {
            assertThat(worker.get(1, TimeUnit.HOURS)).as("rounds").isPositive();
        }
    }

    private static final class Round {

        final ConnectionTracker tracker =
                ConnectionTracker.builder("loop").stripes(8).build();
        final AtomicLong closed = new AtomicLong();
        volatile @Nullable StepResult result;
        volatile long leftAfterDrain = -1;
        volatile boolean handedOutTooLate;

        void drain() throws InterruptedException {
            for (int i = 0; i < 100; i++) {
                closed.incrementAndGet();
                tracker.acquire().close();
            }
            StepResult drained = tracker.drain(Duration.ofSeconds(30));
            leftAfterDrain = tracker.inFlight();
            result = drained;
        }

        void work() {
            while (true) {
                boolean late = result != null;
                try (ConnectionGuard guard = tracker.acquire()) {
                    handedOutTooLate |= late;
                    closed.incrementAndGet();
                } catch (ShuttingDownException e) {
                    return;
                }
            }
        }

        void check(int threads) {
            assertThat(result).extracting(StepResult::outcome).isEqualTo(Outcome.DONE);
            assertThat(leftAfterDrain).isZero();
            assertThat(handedOutTooLate).isFalse();
            assertThat(tracker.inFlight()).isZero();
            assertThat(tracker.admitted()).isEqualTo(closed.get());
            assertThat(tracker.refused()).isEqualTo(threads);
        }
    }
}
