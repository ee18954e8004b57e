package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class TickerTest {

    /** A clock whose waits fail, as they do while there is no memory. */
    private static final class NoWaits implements Ticker {

        private final CountDownLatch failed = new CountDownLatch(3);

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) {
            failed.countDown();
            throw new InternalError("pretended"); // a memory error would end the test engine as well
        }
    }

    @Test
    void whileWaitsFailOthersHaveTheLockInThePauses() throws Exception {
        NoWaits ticker = new NoWaits();
        ReentrantLock lock = new ReentrantLock();
        Condition changed = lock.newCondition();
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean heldAfterEach = new AtomicBoolean(true);
        Thread waiter = new Thread(() -> {
            lock.lock();
            try {
                while (!ended.get()) {
                    ticker.awaitOrPause(lock, changed, 1_000);
                    heldAfterEach.compareAndSet(true, lock.isHeldByCurrentThread());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                lock.unlock();
            }
        });
        waiter.start();
        assertThat(ticker.failed.await(60, TimeUnit.SECONDS)).isTrue();
        try {
            assertThat(lock.tryLock(60, TimeUnit.SECONDS))
                    .as("had by another thread")
                    .isTrue();
            lock.unlock();
        } finally {
            ended.set(true);
        }
        waiter.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(waiter.isAlive()).isFalse();
        assertThat(heldAfterEach).isTrue();
    }

    @Test
    void deadlineIsLongPastAfterMoreThanASecond() {
        FakeTicker ticker = new FakeTicker();
        Deadline deadline = Deadline.after(ticker, Duration.ofSeconds(3));
        ticker.advance(Duration.ofSeconds(4));
        assertThat(deadline.isExpired()).isTrue();
        assertThat(deadline.isLongPast()).isFalse();
        ticker.advance(Duration.ofNanos(1));
        assertThat(deadline.isLongPast()).isTrue();
    }
}
