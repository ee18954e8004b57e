package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HeartbeatThreadTest {

    /** On JDK 17 a wait needs memory; systemd would abort a healthy process whose heartbeats stop. */
    @Test
    void waitThatFailsDoesNotEndTheHeartbeats() {
        FailingTicker ticker = new FailingTicker();
        AtomicInteger sent = new AtomicInteger();
        HeartbeatThread heartbeats = new HeartbeatThread(ticker, Duration.ofMillis(20), sent::incrementAndGet);
        ticker.failNextWaitOf("shutdown4j-systemd-watchdog");
        heartbeats.start();
        await().until(ticker::waitHasFailed);
        int before = sent.get();
        await().until(() -> sent.get() >= before + 3);
        heartbeats.end();
    }

    @Test
    void failureIsLoggedOnceUntilAHeartbeatSucceeds() {
        FakeTicker ticker = new FakeTicker();
        AtomicInteger sent = new AtomicInteger();
        HeartbeatThread heartbeats = new HeartbeatThread(ticker, Duration.ofSeconds(1), () -> {
            if (sent.incrementAndGet() != 3) {
                throw new IllegalStateException("on purpose");
            }
        });
        try (CapturedLogs logs = CapturedLogs.open()) {
            heartbeats.start();
            for (int count = 1; count <= 5; count++) {
                ticker.awaitSleepers(1);
                assertThat(sent).hasValue(count);
                ticker.advance(Duration.ofSeconds(1));
            }
            ticker.awaitSleepers(1);
            heartbeats.end();
            assertThat(logs.texts(Level.ERROR))
                    .hasSize(2) // before and after the third, which was sent
                    .allSatisfy(text -> assertThat(text).contains("a heartbeat failed"));
        }
    }
}
