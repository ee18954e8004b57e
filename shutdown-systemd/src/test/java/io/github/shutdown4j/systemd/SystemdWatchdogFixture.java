package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

/** A watchdog of one second on a clock that does not advance by itself, and all it has sent and logged. */
abstract class SystemdWatchdogFixture {

    static final Duration INTERVAL = Duration.ofMillis(480);
    static final String BEAT = "WATCHDOG=1";

    final FakeTicker ticker = new FakeTicker();
    final RecordingSocket socket = new RecordingSocket(ticker);
    final SystemdNotifier notifier = socket.notifier();
    final CapturedLogs logs = CapturedLogs.open();
    SystemdWatchdog watchdog;

    @AfterEach
    void end() {
        watchdog.close();
        logs.close();
    }

    SystemdWatchdogBuilder builder() {
        return SystemdWatchdog.builder(notifier)
                .environment(
                        RecordingSocket.environment(Map.of("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", "42")), ticker);
    }

    void start(SystemdWatchdogBuilder builder) {
        watchdog = builder.startFromEnvironment();
    }

    /** Waits until the heartbeat thread waits for the next heartbeat, and advances the clock to it. */
    void nextHeartbeat() {
        awaitDueIn(INTERVAL);
        ticker.advance(INTERVAL);
    }

    /**
     * Distinguishes by the length of the wait what the thread waits for: the next heartbeat, or the health check, which
     * is shorter.
     */
    void awaitDueIn(Duration left) {
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> ticker.untilNext()
                .equals(Optional.of(left)));
    }

    static void awaitForever(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
