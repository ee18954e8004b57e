package io.github.shutdown4j.testing;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FakeClockTest {

    @RegisterExtension
    final FakeClock clock = new FakeClock();

    @Test
    void timePassesOnlyWhenTheTestAdvancesIt() {
        assertThat(clock.elapsed()).isZero();
        long before = Ticker.current().nanoTime();
        clock.advance(ofMinutes(2));
        assertThat(clock.elapsed()).isEqualTo(ofMinutes(2));
        assertThat(Ticker.current().nanoTime() - before).isEqualTo(ofMinutes(2).toNanos());
    }

    @Test
    void realClockIsBackAfterTheTest() throws Exception {
        FakeClock other = new FakeClock();
        clock.afterEach(null);
        other.beforeEach(null);
        assertThat(Ticker.current()).isNotSameAs(Ticker.system());
        other.afterEach(null);
        assertThat(Ticker.current()).isSameAs(Ticker.system());
        clock.beforeEach(null);
    }

    @Test
    void hoursOfLimitsTakeASecond() throws Exception {
        var requests = ConnectionTracker.create("requests");
        var coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.builder()
                        .timeout(ofMinutes(10))
                        .drainTimeout(ofMinutes(1))
                        .resourceTimeout(ofSeconds(5))
                        .build())
                .tracker(requests)
                .embedded()
                .build();
        coordinator
                .resources()
                .register(Resource.of("hung", () -> Thread.sleep(ofMinutes(60).toMillis())));
        coordinator.start();
        ConnectionGuard guard = requests.acquire();
        coordinator.shutdown("the test");
        clock.advanceUntil(requests::isClosed);
        clock.advance(ofSeconds(30));
        assertThat(coordinator.await(ZERO)).isEmpty();
        guard.close();
        ShutdownReport report = clock.advanceUntilFinished(coordinator);
        assertThat(report.phases().get(ShutdownPhase.DRAIN.number() - 1).elapsed())
                .isBetween(ofSeconds(20), ofSeconds(40));
        assertThat(report.phases().get(ShutdownPhase.RELEASE.number() - 1).elapsed())
                .isBetween(ofSeconds(5), ofSeconds(15));
        assertThat(report.outcome()).isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void conditionThatNeverHoldsIsAFailure() {
        AtomicInteger looks = new AtomicInteger();
        clock.advanceUntil(() -> looks.incrementAndGet() > 3);
        assertThat(clock.elapsed()).isZero();
        var coordinator = ShutdownCoordinator.builder().embedded().build();
        assertThatThrownBy(() -> clock.advanceUntilFinished(coordinator))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no shutdown was requested");
    }
}
