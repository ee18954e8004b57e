package io.github.shutdown4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The start of a coordinator blocks, here on the logger. */
@Timeout(180)
class HangingStartTest {

    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch mayContinue = new CountDownLatch(1);
    private final CapturedLogs logs =
            CapturedLogs.failing(line -> line.text().startsWith("Shutdown plan: ") && block());
    private final FakeTicker ticker = new FakeTicker();
    private final FakeProcess process = new FakeProcess();
    private final ConnectionTracker requests = ticker.keptBy(() -> ConnectionTracker.create("requests"));
    private final ConnectionGuard request = requests.acquire();
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .forTests(ticker, process)
            .returnWhenDone()
            .config(ShutdownConfig.builder()
                    .timeout(ofSeconds(30))
                    .forceDelay(ofSeconds(10))
                    .gracePeriod(ofSeconds(10)) // too short, which is logged
                    .build())
            .service("web", Service.startOnly(() -> {}))
            .tracker(requests)
            .build();

    private Future<?> start = CompletableFuture.completedFuture(null);

    private boolean block() {
        blocked.countDown();
        try {
            mayContinue.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** During the drain three threads wait: its own, the progress monitor and the halt timer, unless it has halted. */
    private void awaitDrainWithoutHalt() {
        ticker.awaitSleepers(3);
    }

    private void startUntilItBlocks() throws InterruptedException {
        start = Background.onThread(() -> {
            coordinator.start();
            return null;
        });
        assertThat(blocked.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void end() throws Exception {
        mayContinue.countDown();
        request.close();
        start.get(60, TimeUnit.SECONDS);
        coordinator.shutdown("the end of the test");
        assertThat(coordinator.await(ofSeconds(60))).isPresent();
        logs.close();
    }

    @Test
    void theProcessIsHaltedAtTheLimitAndNotBefore() throws Exception {
        startUntilItBlocks();
        coordinator.shutdown(new ShutdownReason.Signalled(ShutdownSignal.TERMINATE));
        assertHaltedAfterFortySeconds();
        await().untilAsserted(() -> assertThat(logs.texts(Level.ERROR))
                .anyMatch(text -> text.contains("halting with exit code 124")
                        && text.contains("start of the coordinator, for 40 s")
                        && text.contains("HangingStartTest.block")));
    }

    @Test
    void aRequestBeforeTheStartHasItsLimitFromTheStartOn() throws Exception {
        coordinator.shutdown("an impatient caller");
        ticker.advance(ofSeconds(39));
        startUntilItBlocks();
        assertHaltedAfterFortySeconds();
    }

    /** A halt timer that misses the timeout takes the process for one that was stopped meanwhile. */
    private void passTheTimeout() {
        ticker.awaitSleepers(1);
        ticker.advance(ofSeconds(30));
        ticker.awaitSleepers(1);
    }

    private void assertHaltedAfterFortySeconds() {
        passTheTimeout();
        ticker.advance(ofMillis(9_999));
        ticker.awaitSleepers(1);
        assertThat(process.halts()).isEmpty();
        ticker.advance(ofMillis(1));
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(124));
    }

    @Test
    void theLimitsCountFromTheEndOfAStartThatIsOnlySlow() throws Exception {
        startUntilItBlocks();
        coordinator.shutdown("the test");
        passTheTimeout();
        ticker.advance(ofSeconds(9));
        mayContinue.countDown();
        start.get();
        for (int second = 40; second <= 41; second++) {
            awaitDrainWithoutHalt();
            ticker.advance(ofSeconds(1));
        }
        awaitDrainWithoutHalt();
        request.close();
        assertThat(coordinator.await().isClean()).isTrue();
        assertThat(process.halts()).isEmpty();
    }
}
