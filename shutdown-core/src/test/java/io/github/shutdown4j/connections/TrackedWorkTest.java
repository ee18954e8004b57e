package io.github.shutdown4j.connections;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Work tracked without explicit guards. */
@Timeout(180)
class TrackedWorkTest {

    private final ConnectionTracker tracker = ConnectionTracker.create("work");

    @Test
    void workThatRunsIsCountedUntilItReturnsOrThrows() throws Exception {
        List<Long> during = new ArrayList<>();
        tracker.run(() -> during.add(tracker.inFlight()));
        String answer = tracker.call(() -> {
            during.add(tracker.inFlight());
            return "42";
        });
        assertThat(answer).isEqualTo("42");
        assertThat(during).containsExactly(1L, 1L);
        assertThatThrownBy(() -> tracker.run(() -> {
                    throw new IOException("no disk");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> tracker.call(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
        assertThat(tracker.inFlight()).isZero();
        assertThat(tracker.admitted()).isEqualTo(4);
    }

    @Test
    void workThatComesTooLateIsRefusedAndNotRun() {
        tracker.close();
        AtomicInteger ran = new AtomicInteger();
        assertThatThrownBy(() -> tracker.run(ran::incrementAndGet)).isInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> tracker.call(ran::incrementAndGet)).isInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> tracker.track(() -> CompletableFuture.completedFuture(ran.incrementAndGet())))
                .isInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> tracker.wrap(Runnable::run).execute(ran::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("tracker 'work' is closed and takes no more work");
        assertThat(ran).hasValue(0);
        assertThat(tracker.refused()).isEqualTo(4);
    }

    @Test
    void nullIsRefusedByNameAndLeavesNoGuard() {
        assertThatThrownBy(() -> tracker.run(null)).hasMessage("work must not be null");
        assertThatThrownBy(() -> tracker.call(null)).hasMessage("work must not be null");
        assertThatThrownBy(() -> tracker.track(null)).hasMessage("work must not be null");
        assertThatThrownBy(() -> tracker.track(() -> null)).hasMessage("the stage of the work must not be null");
        assertThatThrownBy(() -> tracker.wrap(null)).hasMessage("target must not be null");
        assertThatThrownBy(() -> ConnectionTracker.draining("x", null)).hasMessage("shutdown must not be null");
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void stageHoldsItsGuardUntilItEnds() {
        var good = new CompletableFuture<String>();
        var bad = new CompletableFuture<String>();
        CompletableFuture<String> tracked = tracker.track(() -> good);
        assertThat(tracked).isSameAs(good);
        tracker.track(() -> bad);
        assertThat(tracker.inFlight()).isEqualTo(2);
        good.complete("42");
        assertThat(tracker.inFlight()).isEqualTo(1);
        bad.completeExceptionally(new IOException("gone"));
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void callHoldsItsGuardUntilAStageThatItReturnsEnds() {
        var answer = new CompletableFuture<String>();
        assertThat(tracker.call(() -> answer)).isSameAs(answer);
        assertThat(tracker.inFlight()).isEqualTo(1);
        answer.complete("42");
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void stageThatDoesNotStartReleasesItsGuard() {
        assertThatThrownBy(() -> tracker.track(() -> {
                    throw new IllegalStateException("no connection");
                }))
                .hasMessage("no connection");
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void taskIsCountedFromItsSubmission() {
        Queue<Runnable> waiting = new ArrayDeque<>();
        Executor executor = tracker.wrap(waiting::add);
        executor.execute(() -> {});
        executor.execute(() -> {
            throw new IllegalStateException("broken");
        });
        assertThat(tracker.inFlight()).isEqualTo(2);
        waiting.remove().run();
        assertThat(tracker.inFlight()).isEqualTo(1);
        assertThatThrownBy(() -> waiting.remove().run()).hasMessage("broken");
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void taskThatTheExecutorRefusesIsNotCounted() {
        Executor full = tracker.wrap(task -> {
            throw new RejectedExecutionException("full");
        });
        assertThatThrownBy(() -> full.execute(() -> {})).hasMessage("full");
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void chainOfTasksThatHasBegunIsFinishedAfterTheClose() throws Exception {
        Queue<Runnable> waiting = new ArrayDeque<>();
        Executor executor = tracker.wrap(waiting::add);
        var chain = CompletableFuture.supplyAsync(() -> 40, executor)
                .thenApplyAsync(n -> n + 1, executor)
                .thenApplyAsync(n -> n + 1, executor);
        tracker.close();
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        FutureTask<StepResult> drain = Background.onThread(() -> tracker.drain(Duration.ofSeconds(30)));
        while (!waiting.isEmpty()) {
            assertThat(tracker.inFlight()).isEqualTo(1);
            waiting.remove().run();
        }
        assertThat(chain).isCompletedWithValue(42);
        assertThat(drain.get().outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void taskOfOneTrackerIsRefusedByAnother() {
        ConnectionTracker other = ConnectionTracker.create("other");
        other.close();
        List<Throwable> thrown = new ArrayList<>();
        tracker.wrap(Runnable::run).execute(() -> {
            try {
                other.wrap(Runnable::run).execute(() -> {});
            } catch (RejectedExecutionException refused) {
                thrown.add(refused);
            }
        });
        assertThat(thrown).hasSize(1);
    }

    @Test
    void endIsAnnouncedBeforeGuardsAreRefused() {
        assertThat(tracker.isShutdownAnnounced()).isFalse();
        tracker.announceShutdown();
        assertThat(tracker.isShutdownAnnounced()).isTrue();
        tracker.acquire().close();
        ConnectionTracker closed = ConnectionTracker.create("closed");
        closed.close();
        assertThat(closed.isShutdownAnnounced()).isTrue();
    }

    @Test
    void shorterLimitCounts() throws Exception {
        FakeTicker ticker = new FakeTicker();
        assertThat(elapsed(ticker, Duration.ofSeconds(2), Duration.ofSeconds(20)))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(elapsed(ticker, Duration.ofSeconds(20), Duration.ofSeconds(3)))
                .isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> ConnectionTracker.builder("x").drainTimeout(Duration.ZERO))
                .hasMessage("drainTimeout must be more than zero, was 0 s");
    }

    private static Duration elapsed(FakeTicker ticker, Duration own, Duration given) throws Exception {
        ConnectionTracker limited = ConnectionTracker.builder("limited")
                .ticker(ticker)
                .drainTimeout(own)
                .build();
        limited.acquire();
        FutureTask<StepResult> drain = Background.onThread(() -> limited.drain(given));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        assertThat(drain.isDone()).isFalse();
        ticker.advance(Duration.ofSeconds(4));
        assertThat(drain.get().outcome()).isEqualTo(Outcome.TIMED_OUT);
        return drain.get().elapsed();
    }

    @Test
    void nestedTaskThatFailsOnItsSubmittersThreadReleasesItsShareOnce() {
        List<Long> during = new ArrayList<>();
        Executor executor = tracker.wrap(Runnable::run);
        executor.execute(() -> {
            tracker.close();
            assertThatThrownBy(() -> executor.execute(() -> {
                        throw new IllegalStateException("broken");
                    }))
                    .hasMessage("broken");
            during.add(tracker.inFlight());
        });
        assertThat(during).containsExactly(1L);
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void taskThatRunsAlthoughItWasRefusedReleasesNothing() {
        List<Long> during = new ArrayList<>();
        Queue<Runnable> queued = new ArrayDeque<>();
        Executor queuesAndThrows = tracker.wrap(task -> {
            queued.add(task);
            throw new OutOfMemoryError("unable to create native thread");
        });
        tracker.wrap(Runnable::run).execute(() -> {
            tracker.close();
            assertThatThrownBy(() -> queuesAndThrows.execute(() -> during.add(tracker.inFlight())))
                    .hasMessage("unable to create native thread");
            queued.remove().run();
            during.add(tracker.inFlight());
        });
        assertThat(during).containsExactly(1L, 1L);
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void taskThatHasBegunIsCountedUntilItsEndThoughItsSubmissionFails() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Queue<FutureTask<?>> running = new ArrayDeque<>();
        Executor executor = tracker.wrap(task -> {
            running.add(Background.onThread(Executors.callable(task)));
            Probe.await(began);
            throw new OutOfMemoryError("unable to create native thread");
        });
        assertThatThrownBy(() -> executor.execute(() -> {
                    began.countDown();
                    Probe.await(mayEnd);
                }))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(tracker.inFlight()).isEqualTo(1);
        mayEnd.countDown();
        running.remove().get();
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void taskThatIsNullIsRefusedByTheExecutorAndNotByItsThread() {
        assertThatThrownBy(() -> tracker.wrap(Runnable::run).execute(null)).hasMessage("task must not be null");
        assertThat(tracker.admitted()).isZero();
    }
}
