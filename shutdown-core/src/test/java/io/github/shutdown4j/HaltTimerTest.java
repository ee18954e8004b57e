package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HaltTimerTest {

    private final FakeTicker ticker = new FakeTicker();
    private final FakeProcess process = new FakeProcess();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private HaltTimer timer = new HaltTimer(ticker, process, (why, code) -> reports.add(why + " " + code));

    @AfterEach
    void endThread() {
        timer.cancel();
    }

    @Test
    void haltsAtTheLimitAndNotBefore() {
        timer.start();
        timer.arm(Duration.ofSeconds(40));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(39_999));
        ticker.awaitSleepers(1);
        assertThat(process.halts()).isEmpty();
        ticker.advance(Duration.ofMillis(1));
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(124));
        await().untilAsserted(() -> assertThat(reports).hasSize(1)); // which the halt waits for, but not for long
    }

    /** By SIGSTOP, or in a frozen container. */
    @Test
    void aProcessThatWasStoppedBeyondTheLimitHasTheForceDelayOnce() {
        timer.start();
        timer.armFor(new LiveConfig(ShutdownConfig.builder()
                .timeout(Duration.ofSeconds(30))
                .forceDelay(Duration.ofSeconds(10))
                .build()));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(300));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(9_999));
        ticker.awaitSleepers(1);
        assertThat(process.halts()).isEmpty();
        ticker.advance(Duration.ofSeconds(300));
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(124));
    }

    @Test
    void aProcessThatContinuesWhenItsDeadlineHasJustPassedHasTheForceDelay() {
        timer.start();
        timer.armFor(new LiveConfig(ShutdownConfig.builder()
                .timeout(Duration.ofSeconds(30))
                .forceDelay(Duration.ofSeconds(10))
                .build()));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(40_200));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(9_999));
        ticker.awaitSleepers(1);
        assertThat(process.halts()).isEmpty();
        ticker.advance(Duration.ofMillis(1));
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(124));
    }

    @Test
    void aProcessThatRunsHasTheForceDelayAfterItsTimeout() {
        timer.start();
        timer.armFor(new LiveConfig(ShutdownConfig.builder()
                .timeout(Duration.ofSeconds(30))
                .forceDelay(Duration.ofSeconds(10))
                .build()));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(30));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(9_999));
        ticker.awaitSleepers(1);
        assertThat(process.halts()).isEmpty();
        ticker.advance(Duration.ofMillis(1));
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(124));
    }

    @Test
    void haltsAtOnceWhenForcedAndTheFirstCallDecides() {
        timer.force("a second SIGINT", 130);
        timer.force("a second SIGTERM", 143);
        timer.start();
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(130));
        await().untilAsserted(() -> assertThat(reports).containsExactly("a second SIGINT 130"));
    }

    @Test
    void reportThatBlocksDelaysTheHaltByHalfASecond() {
        CountDownLatch never = new CountDownLatch(1);
        timer = new HaltTimer(ticker, process, (why, code) -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        timer.start();
        long begin = System.nanoTime();
        timer.force("impatience", 130);
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(130));
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(HaltTimer.REPORT_LIMIT, Duration.ofSeconds(40));
        never.countDown();
    }

    @Test
    void reportThatFailsDoesNotPreventTheHalt() {
        timer = new HaltTimer(ticker, process, (why, code) -> {
            throw new StackOverflowError();
        });
        timer.start();
        timer.force("impatience", 130);
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(130));
    }

    @Test
    void cancelledItNeverHalts() {
        timer.start();
        timer.arm(Duration.ofSeconds(1));
        ticker.awaitSleepers(1);
        timer.cancel();
        await().until(() -> ticker.sleepers() == 0);
        ticker.advance(Duration.ofSeconds(2));
        assertThat(process.halts()).isEmpty();
    }

    @Test
    void startedAfterACancelItHalts() {
        timer.cancel();
        timer.start();
        timer.arm(Duration.ofSeconds(1));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(124));
    }

    /** Starts a timer whose first call to set its limits fails. */
    private LiveConfig limitThatCannotBeSet() {
        FailingTicker failing = new FailingTicker();
        timer = new HaltTimer(failing, process, (why, code) -> reports.add(why + " " + code));
        LiveConfig config = new LiveConfig(ShutdownConfig.builder()
                .timeout(Duration.ofMillis(100))
                .forceDelay(Duration.ofMillis(100))
                .build());
        timer.start();
        failing.failAt(Thread.currentThread().getName(), 1);
        timer.armFor(config);
        assertThat(failing.hasFailed()).isTrue();
        return config;
    }

    @Test
    void limitThatCannotBeSetIsSetByTheNextCall() {
        LiveConfig config = limitThatCannotBeSet();
        timer.armFor(config);
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(124));
    }

    @Test
    void limitThatCanNeverBeSetCountsFromTheFirstAttempt() {
        var unused = limitThatCannotBeSet();
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(124));
    }

    /** On JDK 17 the wait itself needs a little memory, and a process that must be halted may have none left. */
    @Test
    void errorDuringTheWaitDoesNotCancelTheHalt() {
        FailingTicker failing = new FailingTicker();
        timer = new HaltTimer(failing, process, (why, code) -> reports.add(why + " " + code));
        failing.failNextWaitOf("shutdown4j-halt-timer");
        timer.arm(Duration.ofHours(1));
        timer.start();
        await().until(failing::waitHasFailed);
        timer.force("a second SIGINT", 130);
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(130));
    }
}
