package io.github.shutdown4j.events;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.OwnThreads;

import static io.github.shutdown4j.testing.Latches.ignoreInterrupts;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class EventQueueTest extends EventQueueFixture {

    @Test
    void aFullBatchIsWrittenAtOnce() throws Exception {
        EventQueue<Integer> queue = builder().batchSize(3).start();
        offerAll(queue, 0, 3);
        eventually(() -> recorder.batches.equals(List.of(List.of(0, 1, 2))));
        eventually(() -> queue.written() == 3);
        queue.release();
    }

    @Test
    void aPartOfABatchIsWrittenAWhileAfterItsFirstEvent() throws Exception {
        EventQueue<Integer> queue =
                builder().batchSize(3).linger(Duration.ofSeconds(2)).start();
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
    void theFirstEventWakesTheSleepingWriter() throws Exception {
        List<Thread> before = OwnThreads.threadsNamed("shutdown4j-queue-visits"); // about to end
        EventQueue<Integer> queue =
                builder().batchSize(3).linger(Duration.ofSeconds(2)).start();
        eventually(() -> OwnThreads.threadsNamed("shutdown4j-queue-visits").stream()
                .anyMatch(thread -> !before.contains(thread) && thread.getState() == Thread.State.WAITING));
        queue.offer(1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(2));
        eventually(() -> queue.written() == 1);
        queue.release();
    }

    @Test
    void theWriterSleepsWhileTheQueueIsEmpty() throws Exception {
        List<Thread> before = OwnThreads.threadsNamed("shutdown4j-queue-visits"); // about to end
        EventQueue<Integer> queue = builder().start();
        Thread writer = OwnThreads.threadsNamed("shutdown4j-queue-visits").stream()
                .filter(thread -> !before.contains(thread))
                .findAny()
                .orElseThrow();
        assertThat(writer.isDaemon()).isTrue();
        eventually(() -> writer.getState() == Thread.State.WAITING);
        assertThat(ticker.sleepers()).isZero();
        queue.release();
        eventually(() -> !writer.isAlive());
    }

    @Test
    void noLingerWritesAtOnce() throws Exception {
        EventQueue<Integer> queue = builder().linger(Duration.ZERO).start();
        queue.offer(1);
        eventually(() -> queue.written() == 1);
        queue.release();
    }

    @Test
    void anEndlessLingerWaitsForAFullBatch() throws Exception {
        EventQueue<Integer> queue = builder()
                .batchSize(2)
                .linger(Duration.ofSeconds(Long.MAX_VALUE))
                .start();
        queue.offer(1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofDays(1_000));
        queue.offer(2);
        eventually(() -> queue.written() == 2);
        queue.release();
    }

    @Test
    void aFullQueueRefusesOffersAndCountsThem() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue =
                builder().capacity(2).batchSize(1).linger(Duration.ZERO).start();
        queue.offer(0);
        eventually(() -> queue.inFlight() == 1);
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
                builder().capacity(1).batchSize(1).linger(Duration.ZERO).start();
        queue.offer(0);
        eventually(() -> queue.inFlight() == 1);
        queue.offer(1);
        FutureTask<Boolean> late = Background.onThread(() -> queue.offer(2, Duration.ofSeconds(5)));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(late.get()).isFalse();
        FutureTask<Boolean> inTime = Background.onThread(() -> queue.offer(3, Duration.ofSeconds(5)));
        ticker.awaitSleepers(1);
        release.countDown();
        assertThat(inTime.get()).isTrue();
        queue.release();
        assertThat(queue.written()).isEqualTo(3);
    }

    @Test
    void whoIsInterruptedWhileWaitingForSpaceIsCountedAsRefused() throws Exception {
        recorder.beforeWrite = () -> ignoreInterrupts(release);
        EventQueue<Integer> queue =
                builder().capacity(1).batchSize(1).linger(Duration.ZERO).start();
        queue.put(0);
        eventually(() -> queue.inFlight() == 1);
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
                builder().capacity(1).batchSize(1).linger(Duration.ZERO).start();
        self.set(queue);
        queue.offer(0);
        eventually(() -> queue.inFlight() == 1);
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
            EventQueue<Integer> queue = builder().batchSize(2).start();
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
            queue.release(); // earlier failures are not its own
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
    void anInterruptThatTheHandlerLeavesBehindDoesNoHarm() throws Exception {
        recorder.beforeWrite = () -> Thread.currentThread().interrupt();
        EventQueue<Integer> queue = builder().batchSize(1).start();
        offerAll(queue, 0, 20);
        eventually(() -> queue.written() == 20);
        queue.release();
        assertThat(queue.failed()).isZero();
    }

    @Test
    void batchesCannotBeChangedAndStayAsTheyWere() throws Exception {
        EventQueue<Integer> queue = builder().batchSize(2).start();
        offerAll(queue, 0, 6);
        queue.release();
        assertThat(recorder.batches).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5));
        assertThatThrownBy(() -> recorder.batches.get(0).add(1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void asAResourceItGoesEarly() throws Exception {
        EventQueue<Integer> queue = builder().start();
        assertThat(queue.name()).isEqualTo("visits");
        assertThat(queue.priority()).isEqualTo(Resource.EARLY_PRIORITY).isLessThan(Resource.DATABASE_PRIORITY);
        assertThat(queue.after()).isEmpty();
        assertThat(queue.timeout()).isEmpty();
        queue.release();
        EventQueue<Integer> other = builder()
                .priority(7)
                .after("http")
                .after("consumer")
                .releaseTimeout(Duration.ofSeconds(3))
                .start();
        assertThat(other.priority()).isEqualTo(7);
        assertThat(other.after()).containsExactly("http", "consumer");
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
        assertThatThrownBy(() -> builder().capacity(10).batchSize(11).start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batchSize must be at most the capacity (10), was 11");
        EventQueue<Integer> queue = builder().start();
        assertThatThrownBy(() -> queue.offer(null)).hasMessage("event must not be null");
        assertThatThrownBy(() -> queue.offer(null, Duration.ZERO)).hasMessage("event must not be null");
        assertThatThrownBy(() -> queue.put(null)).hasMessage("event must not be null");
        assertThatThrownBy(() -> queue.offer(1, Duration.ofSeconds(-1)))
                .hasMessage("timeout must not be negative, was -1 s");
        assertThat(queue.refused()).isZero();
        queue.release();
    }
}
