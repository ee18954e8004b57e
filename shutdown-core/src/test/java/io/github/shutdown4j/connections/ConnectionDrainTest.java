package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class ConnectionDrainTest {

    private final FakeTicker ticker = new FakeTicker();
    private final ConnectionTracker tracker =
            ConnectionTracker.builder("http").ticker(ticker).build();

    private FutureTask<StepResult> drain(Duration timeout) {
        return Background.onThread(() -> tracker.drain(timeout));
    }

    @Test
    @DisplayName("scenario 23: a drain without guards returns at once")
    void drainWithoutGuardsReturnsAtOnce() throws Exception {
        StepResult result = tracker.drain(Duration.ofSeconds(5));
        assertThat(result).isEqualTo(StepResult.done("http", Duration.ZERO, Duration.ZERO, "0 finished"));
        assertThat(tracker.isClosed()).isTrue();
    }

    @Test
    void drainWithZeroTimeoutChecksOnceAndRunsTheCallbacks() throws Exception {
        ConnectionTracker untimed = ConnectionTracker.builder("untimed")
                .ticker(ticker)
                .executor(Runnable::run)
                .spread(Duration.ofSeconds(1))
                .build();
        List<String> notified = new ArrayList<>();
        ConnectionGuard left = untimed.acquire().onDrain(() -> notified.add("left"));
        untimed.acquire().onDrain(() -> notified.add("other"));
        StepResult result = untimed.drain(Duration.ZERO);
        assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(result.detail()).isEqualTo("0 finished, 2 abandoned");
        assertThat(notified).containsExactly("left", "other");
        assertThat(untimed.isClosed()).isTrue();
        left.close();
        assertThat(tracker.drain(Duration.ZERO).outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void drainWithoutGuardsIgnoresAnInterrupt() throws Exception {
        Thread.currentThread().interrupt();
        try {
            assertThat(tracker.drain(Duration.ofSeconds(5)).outcome()).isEqualTo(Outcome.DONE);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    @DisplayName("scenario 17: the drain ends with the last of 50 guards, not at its limit")
    void drainWakesWhenTheLastGuardCloses() throws Exception {
        List<ConnectionGuard> guards = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            guards.add(
                    i % 2 == 0
                            ? tracker.acquire()
                            : Background.onThread(tracker::acquire).get());
        }
        FutureTask<StepResult> drain = drain(Duration.ofSeconds(5));
        ticker.awaitSleepers(1);
        assertThat(tracker.isClosed()).isTrue();
        ticker.advance(Duration.ofSeconds(1));
        guards.subList(0, 49).forEach(ConnectionGuard::close);
        ticker.awaitSleepers(1);
        assertThat(drain.isDone()).isFalse();

        // The clock stands still from here on: only the last guard can wake the drain.
        guards.get(49).close();

        assertThat(drain.get()).isEqualTo(StepResult.done("http", Duration.ZERO, Duration.ofSeconds(1), "50 finished"));
    }

    @Test
    void drainWakesWhenTheLastGuardClosesOnAnotherThread() throws Exception {
        for (int i = 0; i < 200; i++) {
            ConnectionTracker other =
                    ConnectionTracker.builder("http").ticker(ticker).build();
            List<ConnectionGuard> guards = List.of(other.acquire(), other.acquire(), other.acquire());
            FutureTask<StepResult> drain = Background.onThread(() -> other.drain(Duration.ofSeconds(5)));
            List<FutureTask<Void>> closers = new ArrayList<>();
            for (ConnectionGuard guard : guards) {
                closers.add(Background.onThread(() -> {
                    guard.close();
                    return null;
                }));
            }
            assertThat(drain.get().outcome()).isEqualTo(Outcome.DONE);
            for (FutureTask<Void> closer : closers) {
                closer.get();
            }
        }
    }

    @Test
    @DisplayName("scenario 18: a drain ends at its limit, not before, and counts the abandoned guards")
    void drainTimesOutAtItsLimit() throws Exception {
        ConnectionGuard quick = tracker.acquire();
        ConnectionGuard slow = tracker.acquire("GET /slow");
        FutureTask<StepResult> drain = drain(Duration.ofSeconds(1));
        ticker.awaitSleepers(1);
        quick.close();
        ticker.advance(Duration.ofMillis(999));
        ticker.awaitSleepers(1);
        assertThat(drain.isDone()).isFalse();
        ticker.advance(Duration.ofMillis(1));

        StepResult result = drain.get();
        assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(1));
        assertThat(result.detail()).isEqualTo("1 finished, 1 abandoned");
        assertThat(result.unfinished()).as("details are off").isEmpty();
        assertThat(tracker.inFlight()).isEqualTo(1);
        slow.close();
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void drainThatTimesOutListsTheOldestTen() throws Exception {
        ConnectionTracker detailed = ConnectionTracker.builder("jobs")
                .details(GuardDetails.on())
                .ticker(ticker)
                .build();
        for (int i = 0; i < 25; i++) {
            detailed.acquire("job " + i);
            ticker.advance(Duration.ofMillis(10));
        }
        FutureTask<StepResult> drain = Background.onThread(() -> detailed.drain(Duration.ofSeconds(1)));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));

        StepResult result = drain.get();
        assertThat(result.detail()).isEqualTo("0 finished, 25 abandoned");
        assertThat(result.unfinishedCount()).isEqualTo(25);
        assertThat(result.unfinished())
                .extracting(UnfinishedWork::name)
                .containsExactly(IntStream.range(0, 10)
                        .mapToObj(number -> "tracker 'jobs': job " + number)
                        .toArray(String[]::new));
        assertThat(result.unfinished().get(0).age()).isEqualTo(Duration.ofMillis(1_250));
        assertThat(result.unfinished().get(9).age()).isEqualTo(Duration.ofMillis(1_160));
    }

    @Test
    @DisplayName("scenario 23: the second drain returns the outcome of the first")
    void drainTwiceHasOneOutcome() throws Exception {
        ConnectionGuard guard = tracker.acquire();
        FutureTask<StepResult> drain = drain(Duration.ofSeconds(1));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        StepResult first = drain.get();
        assertThat(first.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(tracker.drain(Duration.ofDays(1))).isSameAs(first);
        guard.close();
        assertThat(tracker.drain(Duration.ofDays(1))).isSameAs(first);
    }

    @Test
    void firstOfTwoDrainsToEndDeterminesTheOutcome() throws Exception {
        tracker.acquire();
        FutureTask<StepResult> patient = drain(Duration.ofSeconds(10));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        FutureTask<StepResult> impatient = drain(Duration.ofSeconds(2));
        ticker.awaitSleepers(2);
        ticker.advance(Duration.ofSeconds(2));
        assertThat(impatient.get().elapsed()).isEqualTo(Duration.ofSeconds(3));
        assertThat(patient.get()).isSameAs(impatient.get());
    }

    @Test
    void interruptedDrainHasNoOutcomeAndCanBeContinued() throws Exception {
        ConnectionGuard guard = tracker.acquire();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> tracker.drain(Duration.ofSeconds(5))).isInstanceOf(InterruptedException.class);
        assertThat(tracker.isClosed()).isTrue();
        FutureTask<StepResult> drain = drain(Duration.ofSeconds(5));
        ticker.awaitSleepers(1);
        guard.close();
        assertThat(drain.get().detail()).isEqualTo("1 finished");
    }

    @Test
    void drainWithTheLongestTimeoutWaits() throws Exception {
        ConnectionGuard guard = tracker.acquire();
        FutureTask<StepResult> drain = drain(Duration.ofSeconds(Long.MAX_VALUE));
        ticker.awaitSleepers(1);
        guard.close();
        assertThat(drain.get().outcome()).isEqualTo(Outcome.DONE);
    }
}
