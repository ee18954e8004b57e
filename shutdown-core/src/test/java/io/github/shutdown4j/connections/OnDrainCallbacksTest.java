package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.testing.CapturedLogs;

import static io.github.shutdown4j.testing.OwnThreads.threadsNamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** onDrain callbacks all run, whatever a callback or the logger throws. */
@Timeout(180)
class OnDrainCallbacksTest {

    @Test
    void loggerThatThrowsDoesNotSuppressCallbacks() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("broken-log");
        CountDownLatch notified = new CountDownLatch(20);
        try (CapturedLogs logs = CapturedLogs.failing()) {
            for (int i = 0; i < 20; i++) {
                ConnectionGuard guard = tracker.acquire();
                guard.onDrain(() -> {
                    notified.countDown();
                    guard.close();
                    throw new IllegalStateException("callback");
                });
            }
            assertThat(tracker.drain(Duration.ofSeconds(20)).outcome()).isEqualTo(Outcome.DONE);
            assertThat(notified.await(60, TimeUnit.SECONDS)).isTrue();
            await().until(() ->
                    threadsNamed("shutdown4j-tracker-broken-log-callbacks").isEmpty());
            // each twice: the backend may be unable to write the exception, so the second line has only its text
            assertThat(logs.texts(Level.WARN))
                    .hasSize(40)
                    .allMatch(line -> line.startsWith("tracker 'broken-log': the onDrain callback failed"));
        }
    }
}
