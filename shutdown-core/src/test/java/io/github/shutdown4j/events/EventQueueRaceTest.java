package io.github.shutdown4j.events;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Eight threads add events while the queue is released at some moment, sometimes aborted: no event is lost uncounted. */
@Timeout(180)
class EventQueueRaceTest {

    private static final int PRODUCERS = 8;
    private static final int EVENTS = 2_000;

    @RepeatedTest(60)
    void eachEventIsWrittenFailedLeftOverOrRefused(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        boolean someFail = random.nextBoolean();
        boolean abort = random.nextBoolean();
        List<Integer> written = Collections.synchronizedList(new ArrayList<>());
        List<Integer> failed = Collections.synchronizedList(new ArrayList<>());
        EventQueue<Integer> queue = EventQueue.<Integer>builder("race", batch -> {
                    if (someFail && batch.get(0) % 7 == 0) {
                        failed.addAll(batch);
                        throw new IOException("on purpose");
                    }
                    written.addAll(batch);
                })
                .capacity(20 + random.nextInt(200))
                .batchSize(1 + random.nextInt(20))
                .linger(Duration.ofMillis(random.nextInt(2)))
                .releaseTimeout(Duration.ofMinutes(2))
                .start();
        Set<Integer> taken = ConcurrentHashMap.newKeySet();
        AtomicLong refused = new AtomicLong();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < PRODUCERS; p++) {
            int first = p * EVENTS;
            boolean waits = p % 2 == 0;
            producers.add(new Thread(() -> produce(queue, begin, first, waits, taken, refused)));
        }
        producers.forEach(Thread::start);
        begin.countDown();
        TimeUnit.MICROSECONDS.sleep(random.nextInt(8_000));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread releasing = new Thread(() -> {
            try {
                queue.release();
            } catch (Throwable t) {
                thrown.set(t);
            }
        });
        releasing.start();
        if (abort) {
            releasing.interrupt();
        }
        for (Thread thread : producers) {
            thread.join();
        }
        releasing.join();

        Throwable failure = thrown.get();
        assertThat(failure == null
                        || (someFail && failure instanceof IOException)
                        || (abort && failure instanceof InterruptedException))
                .as("thrown by the release: %s", failure)
                .isTrue();
        List<Integer> remaining = queue.remaining();
        eventually(() -> queue.inFlight() == 0); // an interrupted release waits for the writer for 50 ms only
        assertThat(queue.written()).isEqualTo(written.size());
        assertThat(queue.failed()).isEqualTo(failed.size());
        assertThat(queue.refused()).isEqualTo(refused.get());
        assertThat((long) written.size() + failed.size() + remaining.size() + refused.get())
                .isEqualTo((long) PRODUCERS * EVENTS);
        List<Integer> accounted = new ArrayList<>(written);
        accounted.addAll(failed);
        accounted.addAll(remaining);
        assertThat(accounted).doesNotHaveDuplicates();
        assertThat(Set.copyOf(accounted)).isEqualTo(taken);
        if (!abort) {
            assertThat(remaining).isEmpty();
        }
    }

    private static void produce(
            EventQueue<Integer> queue,
            CountDownLatch begin,
            int first,
            boolean waits,
            Set<Integer> taken,
            AtomicLong refused) {
        try {
            begin.await();
            for (int event = first; event < first + EVENTS; event++) {
                boolean accepted = waits ? queue.offer(event, Duration.ofMillis(1)) : queue.offer(event);
                if (accepted) {
                    taken.add(event);
                } else {
                    refused.incrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
