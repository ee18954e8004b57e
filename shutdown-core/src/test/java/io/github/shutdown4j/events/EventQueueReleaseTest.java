package io.github.shutdown4j.events;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static io.github.shutdown4j.testing.Latches.ignoreInterrupts;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/** The events of a queue that is released. */
@Timeout(180)
class EventQueueReleaseTest extends EventQueueFixture {

    @Test
    void releaseWritesWhatThereIsInOrderAndClosesTheHandler() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue = builder().batchSize(4).start();
        offerAll(queue, 0, 10);
        Releasing releasing = new Releasing(queue);
        ticker.awaitSleepers(1); // the release waits for the writer
        release.countDown();
        assertThat(releasing.get()).isNull();
        assertThat(recorder.batches).containsExactly(List.of(0, 1, 2, 3), List.of(4, 5, 6, 7), List.of(8, 9));
        assertThat(recorder.isClosed()).isTrue();
        assertThat(queue.written()).isEqualTo(10);
        assertThat(queue.remaining()).isEmpty();
        assertThat(queue.summary()).isEqualTo("10 written");
    }

    @Test
    void anEmptyQueueIsReleasedAtOnce() throws Exception {
        EventQueue<Integer> queue = builder().start();
        queue.release();
        assertThat(recorder.isClosed()).isTrue();
        assertThat(recorder.batches).isEmpty();
        assertThat(queue.summary()).isEqualTo("0 written");
    }

    @Test
    @DisplayName("scenario 41: an event that waits for space when the queue is released is refused at once")
    void putIsRefusedOnceTheQueueIsReleased() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue =
                builder().capacity(1).batchSize(1).linger(Duration.ZERO).start();
        queue.put(0);
        eventually(() -> queue.inFlight() == 1);
        queue.put(1);
        FutureTask<Throwable> refusal = Background.onThread(() -> catchThrowable(() -> queue.put(2)));
        ticker.awaitSleepers(1);
        Releasing releasing = new Releasing(queue);
        assertThat(refusal.get()).isInstanceOf(ShuttingDownException.class);
        assertThatExceptionOfType(ShuttingDownException.class)
                .isThrownBy(() -> queue.put(3))
                .withMessageContaining("visits");
        assertThat(queue.offer(4)).isFalse();
        release.countDown();
        assertThat(releasing.get()).isNull();
        assertThat(queue.summary()).isEqualTo("2 written, 3 refused");
    }

    @Test
    void whatFailsDuringTheReleaseIsThrownAndEveryBatchIsTried() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue = builder().batchSize(1).start();
        offerAll(queue, 0, 3);
        eventually(() -> queue.inFlight() == 1);
        Releasing releasing = new Releasing(queue);
        ticker.awaitSleepers(1); // the release waits for the writer
        AtomicReference<Integer> count = new AtomicReference<>(0);
        recorder.beforeWrite = () -> {
            if (count.updateAndGet(n -> n + 1) == 1) {
                throw new IOException("first");
            }
            throw new StackOverflowError("second");
        };
        recorder.onClose = () -> {
            throw new IOException("close");
        };
        release.countDown();
        assertThat(releasing.get())
                .isInstanceOf(IOException.class)
                .hasMessage("first")
                .satisfies(t -> assertThat(t.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("second", "close"));
        assertThat(queue.summary()).startsWith("1 written, 2 failed");
        assertThat(queue.remaining()).isEmpty();
    }

    @Test
    void anInterruptedReleaseStopsTheWriterAndKeepsTheRemainingEvents() throws Exception {
        recorder.beforeWrite = release::await;
        EventQueue<Integer> queue = builder().batchSize(2).start();
        offerAll(queue, 0, 7);
        eventually(() -> queue.inFlight() == 2);
        Releasing releasing = new Releasing(queue);
        ticker.awaitSleepers(1); // the release waits for the writer
        releasing.thread.interrupt();
        assertThat(releasing.get())
                .isInstanceOf(InterruptedException.class)
                .satisfies(t -> assertThat(t.getSuppressed()).singleElement().isInstanceOf(InterruptedException.class));
        assertThat(queue.remaining()).containsExactly(2, 3, 4, 5, 6);
        assertThat(queue.summary()).isEqualTo("0 written, 2 failed, 5 left over");
        assertThat(recorder.isClosed()).isTrue();
    }

    @Test
    void theReportCountsTheEventsLeftByAHangingWriter() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        recorder.beforeWrite = () -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                ignoreInterrupts(release);
            }
        };
        ResourceManager resources = ticker.keptBy(() -> ResourceManager.withTimeout(Duration.ofSeconds(1)));
        EventQueue<Integer> queue = resources.register(builder().batchSize(2).start());
        offerAll(queue, 0, 3);
        eventually(() -> queue.inFlight() == 2);
        var steps = Background.onThread(() -> resources.release(Duration.ofMinutes(1)));
        ticker.awaitSleepers(2); // the manager and the queue
        ticker.advance(Duration.ofSeconds(1));
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        ticker.awaitSleepers(2);
        ticker.advance(Duration.ofMillis(50));
        StepResult step = steps.get(60, TimeUnit.SECONDS).get(0);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail()).endsWith("0 written, 1 left over, 2 being written");
    }

    @Test
    void aWriterThatIgnoresTheInterruptIsAbandonedWithItsBatchInFlight() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue = builder().batchSize(2).start();
        offerAll(queue, 0, 3);
        eventually(() -> queue.inFlight() == 2);
        Releasing releasing = new Releasing(queue);
        ticker.awaitSleepers(1); // the release waits for the writer
        long waits = ticker.waits();
        releasing.thread.interrupt();
        eventually(() -> ticker.waits() > waits); // and after the interrupt for its end
        ticker.advanceWakingNone(Duration.ofMillis(49));
        ticker.advance(Duration.ofMillis(1));
        assertThat(releasing.get()).isInstanceOf(InterruptedException.class);
        assertThat(queue.remaining()).containsExactly(2);
        assertThat(queue.summary()).contains("0 written", "1 left over", "2 being written");
        release.countDown();
        eventually(() -> queue.written() == 2);
        assertThat(recorder.closed.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(queue.remaining()).containsExactly(2);
    }

    @Test
    void aReleaseWithoutAManagerEndsAtItsLimitAndCountsTheRemainingEvents() throws Exception {
        recorder.beforeWrite = release::await;
        EventQueue<Integer> queue =
                builder().batchSize(2).releaseTimeout(Duration.ofSeconds(3)).start();
        offerAll(queue, 0, 5);
        eventually(() -> queue.inFlight() == 2);
        Releasing releasing = new Releasing(queue);
        ticker.awaitSleepers(1);
        ticker.advanceWakingNone(Duration.ofMillis(2_999));
        assertThat(releasing.result).isNotDone();
        ticker.advance(Duration.ofMillis(1));
        assertThat(releasing.get())
                .isInstanceOf(TimeoutException.class)
                .hasMessage("event queue 'visits' was not released within 3 s: 0 written, 2 failed, 3 left over");
        assertThat(queue.remaining()).containsExactly(2, 3, 4);
    }

    @Test
    void aQueueClosesAtTheEndOfItsBlockAndASecondCloseDoesNothing() throws Exception {
        EventQueue<Integer> closed;
        try (EventQueue<Integer> queue = builder().start()) {
            closed = queue;
            offerAll(queue, 0, 3);
        }
        assertThat(recorder.batches).containsExactly(List.of(0, 1, 2));
        assertThat(recorder.isClosed()).isTrue();
        closed.close();
    }

    @Test
    void aCloseThatFailsReportsTheCounts() throws Exception {
        recorder.beforeWrite = () -> {
            throw new IllegalStateException("table locked");
        };
        EventQueue<Integer> queue = builder().start();
        offerAll(queue, 0, 3);
        assertThatThrownBy(queue::close)
                .isInstanceOf(IOException.class)
                .hasMessage("event queue 'visits' could not be closed: 0 written, 3 failed")
                .hasRootCauseMessage("table locked");
    }

    @Test
    void aCloseAfterAReleaseThatFailedDoesNothing() throws Exception {
        recorder.onClose = () -> {
            throw new IllegalStateException("table locked");
        };
        EventQueue<Integer> queue = builder().start();
        assertThatThrownBy(queue::release).hasMessage("table locked");
        queue.close();
        queue.close();
    }

    @Test
    void aCloseDuringAReleaseWaitsForItsEnd() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue = builder().start();
        offerAll(queue, 0, 3);
        Releasing releasing = new Releasing(queue);
        ticker.awaitSleepers(1);
        var closing = Background.onThread(() -> {
            queue.close();
            return queue.written();
        });
        ticker.awaitSleepers(2);
        assertThat(closing).isNotDone();
        release.countDown();
        assertThat(closing.get()).isEqualTo(3);
        assertThat(releasing.get()).isNull();
    }

    @Test
    void aWriterWhoseInterruptBlocksIsAbandoned() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        recorder.beforeWrite = () -> new AbstractInterruptibleChannel() {
            void write() {
                begin();
                writing.countDown();
                ignoreInterrupts(release);
            }

            @Override
            protected void implCloseChannel() {
                closing.countDown();
                ignoreInterrupts(release);
            }
        }.write();
        EventQueue<Integer> queue = builder().batchSize(2).start();
        offerAll(queue, 0, 3);
        assertThat(writing.await(60, TimeUnit.SECONDS)).isTrue();
        Releasing releasing = new Releasing(queue);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(10));
        assertThat(closing.await(60, TimeUnit.SECONDS)).isTrue();
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(50));
        assertThat(releasing.get()).isInstanceOf(TimeoutException.class);
        assertThat(queue.remaining()).containsExactly(2);
    }

    @Test
    void handlerThatReleasesItsOwnQueueIsRefusedAtOnce() throws Exception {
        EventQueue<Integer> queue = builder().linger(Duration.ZERO).start();
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        recorder.beforeWrite = () -> {
            try {
                queue.release();
                refused.complete(new AssertionError("released"));
            } catch (Exception e) {
                refused.complete(e);
            }
        };
        queue.put(1);
        assertThat(refused.get(60, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("'visits'", "wait for itself");
        recorder.beforeWrite = () -> {};
        queue.release();
        assertThat(recorder.batches).containsExactly(List.of(1));
    }
}
