package io.github.shutdown4j.events;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;

import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.trigger.CheckedRunnable;

import static org.assertj.core.api.Assertions.assertThat;

/** Common parts of the tests of queues. */
abstract class EventQueueFixture {

    final FakeTicker ticker = new FakeTicker();
    final CountDownLatch release = new CountDownLatch(1);
    final Recorder recorder = new Recorder();

    @AfterEach
    void letGo() {
        release.countDown();
    }

    /** Records the batches, and runs code of the test before each. */
    static final class Recorder implements BatchHandler<Integer> {

        final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
        final CountDownLatch closed = new CountDownLatch(1);
        volatile CheckedRunnable beforeWrite = () -> {};
        volatile CheckedRunnable onClose = () -> {};

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

    EventQueueBuilder<Integer> builder() {
        return new EventQueueBuilder<>("visits", recorder, ticker);
    }

    static void offerAll(EventQueue<Integer> queue, int from, int to) {
        IntStream.range(from, to).forEach(i -> assertThat(queue.offer(i)).isTrue());
    }

    /** Releases on a separate thread, which the test may interrupt as a resource manager would. */
    static final class Releasing {

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
            return result.get(60, TimeUnit.SECONDS);
        }
    }
}
