package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.FakeTicker;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The threads that run onDrain callbacks: none is lost, whatever a task or a logger does. */
@Timeout(30)
class NoticeThreadsTest {

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    private void block() {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    @Test
    void tasksThatBlockDoubleTheThreadsWithEachBeat() {
        FakeTicker ticker = new FakeTicker();
        NoticeThreads notices = new NoticeThreads("doubling", ticker);
        for (int i = 0; i < 7; i++) {
            notices.execute(this::block);
        }
        for (long expected : new long[] {1, 2, 4}) {
            await().until(() -> threads("shutdown4j-doubling-notice") == expected);
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofMillis(10));
        }
        await().until(() -> threads("shutdown4j-doubling-notice") == 7);
        await().until(() -> threads("shutdown4j-doubling-dispatcher") == 0);
        release.countDown();
        await().until(() -> threads("shutdown4j-doubling-notice") == 0);
    }

    @Test
    void threadWhoseTaskThrowsIsNotCountedAnyMore() throws Exception {
        FakeTicker ticker = new FakeTicker();
        NoticeThreads notices = new NoticeThreads("throwing", ticker);
        for (int i = 0; i < 3; i++) {
            notices.execute(() -> {
                // A death that the default handler says nothing of.
                Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
                throw new IllegalStateException("task");
            });
            await().until(() ->
                    threads("shutdown4j-throwing-notice") == 0 && threads("shutdown4j-throwing-dispatcher") == 0);
        }
        for (int i = 0; i < 4; i++) {
            notices.execute(this::block);
        }
        // Four would be started if three were still counted.
        await().until(() -> threads("shutdown4j-throwing-notice") == 1);
        ticker.awaitSleepers(1);
        assertThat(threads("shutdown4j-throwing-notice")).isEqualTo(1);
    }

    @Test
    void loggerThatThrowsKeepsNoCallbackFromItsTurn() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("broken-log");
        CountDownLatch told = new CountDownLatch(20);
        try (CapturedLogs logs = CapturedLogs.failing()) {
            for (int i = 0; i < 20; i++) {
                ConnectionGuard guard = tracker.acquire();
                guard.onDrain(() -> {
                    told.countDown();
                    guard.close();
                    throw new IllegalStateException("callback");
                });
            }
            assertThat(tracker.drain(Duration.ofSeconds(20)).outcome()).isEqualTo(Outcome.DONE);
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
            await().until(() -> threads("shutdown4j-broken-log-notice") == 0);
            assertThat(logs.texts(Level.WARN))
                    .hasSize(20)
                    .allMatch(line -> line.startsWith("tracker 'broken-log': the onDrain callback failed"));
        }
    }

    @Test
    void taskMayQueueMoreTasks() throws Exception {
        NoticeThreads notices = new NoticeThreads("more", Ticker.system());
        CountDownLatch both = new CountDownLatch(2);
        notices.execute(() -> {
            both.countDown();
            notices.execute(both::countDown);
        });
        assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> threads("shutdown4j-more-dispatcher") == 0);
    }
}
