package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;

import static io.github.shutdown4j.testing.Latches.awaitOrInterrupt;
import static org.assertj.core.api.Assertions.assertThat;

class HealthProbeTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    @Test
    void requestWhileAnEarlierCheckHangsWaitsForItsEndAndThenChecksAgain() throws Exception {
        FakeTicker ticker = new FakeTicker();
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger checks = new AtomicInteger();
        try (HealthProbe probe = new HealthProbe(
                () -> {
                    if (checks.incrementAndGet() == 1) {
                        awaitOrInterrupt(release);
                    }
                    return true;
                },
                ticker)) {
            FutureTask<String> first = Background.onThread(() -> probe.check(LIMIT));
            ticker.awaitSleepers(1);
            ticker.advance(LIMIT);
            assertThat(first.get())
                    .startsWith("the health check did not return within 1 s; its stack:")
                    .contains("HealthProbeTest");
            FutureTask<String> second = Background.onThread(() -> probe.check(LIMIT));
            ticker.awaitSleepers(1);
            release.countDown();
            assertThat(second.get()).isEmpty();
            assertThat(checks).hasValue(2);
        } finally {
            release.countDown();
        }
    }
}
