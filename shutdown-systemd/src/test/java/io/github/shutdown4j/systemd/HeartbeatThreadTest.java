package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.testing.FailingTicker;

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
}
