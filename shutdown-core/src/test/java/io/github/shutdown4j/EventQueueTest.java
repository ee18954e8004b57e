package io.github.shutdown4j;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.FakeTicker;
import io.github.shutdown4j.testing.CapturedLogs;

import static io.github.shutdown4j.ServiceTesting.eventually;
import static io.github.shutdown4j.ServiceTesting.ignoreInterrupts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class EventQueueTest {

    private final FakeTicker ticker = new FakeTicker();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Recorder recorder = new Recorder();

    @AfterEach
    void letGo() {
        release.countDown();
    }

    /** Keeps the batches, and does before each what a test wants. */
    private static final class Recorder implements BatchHandler<Integer> {

        final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
        final CountDownLatch closed = new CountDownLatch(1);
        volatile Action beforeWrite = () -> {};
        volatile Action onClose = () -> {};

        @Override
        public void write(List<Integer> batch) throws Exception {
            beforeWrite.run();
            batches.add(batch);
        }

        @Override
        public void close() throws Exception {
            closed.countDown();
            onClose.run();
        }

        boolean isClosed() {
            return closed.getCount() == 0;
        }
    }

    private EventQueue.Builder<Integer> builder() {
        return new EventQueue.Builder<>("visits", recorder, ticker);
    }

    private static void offerAll(EventQueue<Integer> queue, int from, int to) {
        IntStream.range(from, to).forEach(i -> assertThat(queue.offer(i)).isTrue());
    }

    /** Releases on a thread of its own, which the test may interrupt as a resource manager would. */
    private static final class Releasing {

        final CompletableFuture<Throwable> result = new CompletableFuture<>();
        final Thread thread;

        Releasing(EventQueue<?> queue) {
            thread = new Thread(() -> {
                try {
                    queue.release();
                    result.complete(null);
                } catch (Throwable t) {
                    result.complete(t);
                }
            });
            thread.start();
        }

        Throwable get() throws Exception {
            return result.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aFullBatchIsWrittenAtOnce() throws Exception {
        EventQueue<Integer> queue = builder().batchSize(3).build();
        offerAll(queue, 0, 3);
        eventually(() -> recorder.batches.equals(List.of(List.of(0, 1, 2))));
        eventually(() -> queue.written() == 3);
        queue.release();
    }

    @Test
    void aPartOfABatchIsWrittenAWhileAfterItsFirstEvent() throws Exception {
        EventQueue<Integer> queue =
                builder().batchSize(3).linger(Duration.ofSeconds(2)).build();
        queue.offer(1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1_500));
        queue.offer(2);
        assertThat(queue.oldestAge()).contains(Duration.ofMillis(1_500));
        ticker.advance(Duration.ofMillis(499));
        ticker.awaitSleepers(1);
        assertThat(recorder.batches).isEmpty();
        ticker.advance(Duration.ofMillis(1));
        eventually(() -> recorder.batches.equals(List.of(List.of(1, 2))));
        assertThat(queue.oldestAge()).isEmpty();
        queue.release();
    }

    @Test
    void theWriterSleepsWhileTheQueueIsEmpty() throws Exception {
        EventQueue<Integer> queue = builder().build();
        Thread writer = ServiceTesting.threadsNamed("shutdown4j-queue-visits").get(0);
        assertThat(writer.isDaemon()).isTrue();
        eventually(() -> writer.getState() == Thread.State.WAITING);
        assertThat(ticker.sleepers()).isZero();
        queue.release();
        eventually(() -> !writer.isAlive());
    }

    @Test
    void noLingerWritesAtOnce() throws Exception {
        EventQueue<Integer> queue = builder().linger(Duration.ZERO).build();
        queue.offer(1);
        eventually(() -> queue.written() == 1);
        queue.release();
    }

    @Test
    void anEndlessLingerWaitsForAFullBatch() throws Exception {
        EventQueue<Integer> queue = builder()
                .batchSize(2)
                .linger(Duration.ofSeconds(Long.MAX_VALUE))
                .build();
        queue.offer(1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofDays(1_000));
        queue.offer(2);
        eventually(() -> queue.written() == 2);
        queue.release();
    }

    @Test
    void releaseWritesWhatThereIsInOrderAndClosesTheHandler() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue = builder().batchSize(4).build();
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
        EventQueue<Integer> queue = builder().build();
        queue.release();
        assertThat(recorder.isClosed()).isTrue();
        assertThat(recorder.batches).isEmpty();
        assertThat(queue.summary()).isEqualTo("0 written");
    }

    @Test
    void aFullQueueRefusesOffersAndCountsThem() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue =
                builder().capacity(2).batchSize(1).linger(Duration.ZERO).build();
        queue.offer(0);
        eventually(() -> queue.inHand() == 1);
        offerAll(queue, 1, 3);
        assertThat(queue.offer(3)).isFalse();
        assertThat(queue.offer(4, Duration.ZERO)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.refused()).isEqualTo(2);
        release.countDown();
        queue.release();
        assertThat(queue.summary()).isEqualTo("3 written, 2 refused");
    }

    @Test
    void offerWithATimeWaitsForSpaceThatLong() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue =
                builder().capacity(1).batchSize(1).linger(Duration.ZERO).build();
        queue.offer(0);
        eventually(() -> queue.inHand() == 1);
        queue.offer(1);
        var late = CompletableFuture.supplyAsync(() -> offer(queue, 2), task -> new Thread(task).start());
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(late.get(10, TimeUnit.SECONDS)).isFalse();
        var inTime = CompletableFuture.supplyAsync(() -> offer(queue, 3), task -> new Thread(task).start());
        ticker.awaitSleepers(1);
        release.countDown();
        assertThat(inTime.get(10, TimeUnit.SECONDS)).isTrue();
        queue.release();
        assertThat(queue.written()).isEqualTo(3);
    }

    private static boolean offer(EventQueue<Integer> queue, int event) {
        try {
            return queue.offer(event, Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("scenario 41: what waits for space when the queue is released is refused at once")
    void putIsRefusedOnceTheQueueIsReleased() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue =
                builder().capacity(1).batchSize(1).linger(Duration.ZERO).build();
        queue.put(0);
        eventually(() -> queue.inHand() == 1);
        queue.put(1);
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        queue.put(2);
                    } catch (Throwable t) {
                        refusal.complete(t);
                    }
                })
                .start();
        ticker.awaitSleepers(1);
        Releasing releasing = new Releasing(queue);
        assertThat(refusal.get(10, TimeUnit.SECONDS)).isInstanceOf(ShuttingDownException.class);
        assertThatExceptionOfType(ShuttingDownException.class)
                .isThrownBy(() -> queue.put(3))
                .withMessageContaining("visits");
        assertThat(queue.offer(4)).isFalse();
        release.countDown();
        assertThat(releasing.get()).isNull();
        assertThat(queue.summary()).isEqualTo("2 written, 3 refused");
    }

    @Test
    void whoIsInterruptedWhileWaitingForSpaceIsCountedAsRefused() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue =
                builder().capacity(1).batchSize(1).linger(Duration.ZERO).build();
        queue.put(0);
        eventually(() -> queue.inHand() == 1);
        queue.put(1);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> queue.put(2));
        assertThat(queue.refused()).isEqualTo(1);
        release.countDown();
        queue.release();
    }

    @Test
    void theHandlerMayOfferButNotWaitForItself() throws Exception {
        AtomicReference<EventQueue<Integer>> self = new AtomicReference<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch filled = new CountDownLatch(1);
        recorder.beforeWrite = () -> {
            filled.await();
            try {
                self.get().put(9);
            } catch (IllegalStateException e) {
                thrown.compareAndSet(null, e);
            }
        };
        EventQueue<Integer> queue =
                builder().capacity(1).batchSize(1).linger(Duration.ZERO).build();
        self.set(queue);
        queue.offer(0);
        eventually(() -> queue.inHand() == 1);
        queue.offer(1);
        filled.countDown();
        eventually(() -> thrown.get() != null);
        assertThat(thrown.get())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("full");
        queue.release();
    }

    @Test
    void aBatchThatFailsIsCountedAndLoggedAndTheNextIsWritten() throws Exception {
        try (CapturedLogs logs = CapturedLogs.open()) {
            EventQueue<Integer> queue = builder().batchSize(2).build();
            recorder.beforeWrite = () -> {
                throw new IOException("table locked");
            };
            offerAll(queue, 0, 2);
            eventually(() -> queue.failed() == 2);
            offerAll(queue, 2, 4);
            eventually(() -> queue.failed() == 4);
            recorder.beforeWrite = () -> {};
            offerAll(queue, 4, 6);
            eventually(() -> queue.written() == 2);
            queue.release(); // what failed before is not its failure
            assertThat(queue.summary()).isEqualTo("2 written, 4 failed");
            assertThat(logs.texts(Level.WARN)).hasSize(2);
            assertThat(logs.texts(Level.WARN).get(0)).contains("'visits'", "a batch of 2", "table locked", "\tat ");
            assertThat(logs.texts(Level.WARN).get(1))
                    .contains("failure 2 in a row", "table locked")
                    .doesNotContain("\tat ");
            assertThat(logs.texts(Level.INFO)).singleElement().asString().contains("after 2 failed batches");
        }
    }

    @Test
    void whatFailsDuringTheReleaseIsThrownAndEveryBatchIsTried() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue = builder().batchSize(1).build();
        offerAll(queue, 0, 3);
        eventually(() -> queue.inHand() == 1);
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
    void anInterruptedReleaseStopsTheWriterAndKeepsWhatIsLeftOver() throws Exception {
        recorder.beforeWrite = release::await;
        EventQueue<Integer> queue = builder().batchSize(2).build();
        offerAll(queue, 0, 7);
        eventually(() -> queue.inHand() == 2);
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
    void theReportSaysWhatIsLeftOverByAWriterThatHangs() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        recorder.beforeWrite = () -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                ignoreInterrupts(release);
            }
        };
        ResourceManager resources = new ResourceManager(Duration.ofSeconds(1), ticker);
        EventQueue<Integer> queue = resources.register(builder().batchSize(2).build());
        offerAll(queue, 0, 3);
        eventually(() -> queue.inHand() == 2);
        var steps = ReleaseFixture.release(resources, Duration.ofMinutes(1));
        ticker.awaitSleepers(2); // the manager and the queue
        ticker.advance(Duration.ofSeconds(1));
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        ticker.awaitSleepers(2);
        ticker.advance(Duration.ofMillis(50));
        StepResult step = steps.get(10, TimeUnit.SECONDS).get(0);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail()).endsWith("0 written, 1 left over, 2 being written");
    }

    @Test
    void aWriterThatIgnoresTheInterruptIsLeftBehindWithItsBatchInHand() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue = builder().batchSize(2).build();
        offerAll(queue, 0, 3);
        eventually(() -> queue.inHand() == 2);
        Releasing releasing = new Releasing(queue);
        ticker.awaitSleepers(1);
        releasing.thread.interrupt();
        ticker.awaitSleepers(1); // the release waits for the writer
        while (!releasing.result.isDone()) {
            ticker.advance(Duration.ofMillis(100));
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertThat(releasing.get()).isInstanceOf(InterruptedException.class);
        assertThat(queue.remaining()).containsExactly(2);
        assertThat(queue.summary()).contains("0 written", "1 left over", "2 being written");
        release.countDown();
        eventually(() -> queue.written() == 2);
        assertThat(recorder.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(queue.remaining()).containsExactly(2);
    }

    @Test
    void anInterruptThatTheHandlerLeavesBehindDoesNoHarm() throws Exception {
        recorder.beforeWrite = () -> Thread.currentThread().interrupt();
        EventQueue<Integer> queue = builder().batchSize(1).build();
        offerAll(queue, 0, 20);
        eventually(() -> queue.written() == 20);
        queue.release();
        assertThat(queue.failed()).isZero();
    }

    @Test
    void batchesCannotBeChangedAndStayAsTheyWere() throws Exception {
        EventQueue<Integer> queue = builder().batchSize(2).build();
        offerAll(queue, 0, 6);
        queue.release();
        assertThat(recorder.batches).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5));
        assertThatThrownBy(() -> recorder.batches.get(0).add(1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void asAResourceItGoesEarly() throws Exception {
        EventQueue<Integer> queue = builder().build();
        assertThat(queue.name()).isEqualTo("visits");
        assertThat(queue.priority()).isEqualTo(Resource.EARLY_PRIORITY).isLessThan(Resource.DATABASE_PRIORITY);
        assertThat(queue.after()).isEmpty();
        assertThat(queue.timeout()).isEmpty();
        queue.release();
        EventQueue<Integer> other = builder()
                .priority(7)
                .after("http")
                .releaseTimeout(Duration.ofSeconds(3))
                .build();
        assertThat(other.priority()).isEqualTo(7);
        assertThat(other.after()).containsExactly("http");
        assertThat(other.timeout()).contains(Duration.ofSeconds(3));
        other.release();
    }

    @Test
    void badInputIsRefusedAtTheCall() throws Exception {
        assertThatThrownBy(() -> EventQueue.builder(" ", recorder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must not be blank, was \" \"");
        assertThatThrownBy(() -> EventQueue.builder("x", null)).hasMessage("handler must not be null");
        assertThatThrownBy(() -> builder().capacity(0)).hasMessage("capacity must be at least 1, was 0");
        assertThatThrownBy(() -> builder().batchSize(0)).hasMessage("batchSize must be at least 1, was 0");
        assertThatThrownBy(() -> builder().linger(Duration.ofMillis(-1)))
                .hasMessage("linger must not be negative, was -1 ms");
        assertThatThrownBy(() -> builder().releaseTimeout(Duration.ZERO))
                .hasMessage("releaseTimeout must be more than zero, was 0 s");
        assertThatThrownBy(() -> builder().after("a", " ")).hasMessage("each of names must not be blank, was \" \"");
        assertThatThrownBy(() -> builder().capacity(10).batchSize(11).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batchSize must be at most the capacity (10), was 11");
        EventQueue<Integer> queue = builder().build();
        assertThatThrownBy(() -> queue.offer(null)).hasMessage("event must not be null");
        assertThatThrownBy(() -> queue.put(null)).hasMessage("event must not be null");
        assertThatThrownBy(() -> queue.offer(1, Duration.ofSeconds(-1)))
                .hasMessage("timeout must not be negative, was -1 s");
        assertThat(queue.refused()).isZero();
        queue.release();
    }
}
