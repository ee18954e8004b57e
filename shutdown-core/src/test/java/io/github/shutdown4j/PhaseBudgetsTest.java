package io.github.shutdown4j;

import java.time.Duration;
import java.util.Random;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.testing.FakeTicker;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class PhaseBudgetsTest {

    private final FakeTicker ticker = new FakeTicker();
    private final PhaseBudgets budgets = PhaseBudgets.of(ShutdownConfig.defaults(), true);

    private Duration budget(ShutdownPhase phase, long secondsLeft) {
        return budgets.end(phase, Deadline.after(ticker, ofSeconds(secondsLeft)))
                .remaining();
    }

    @Test
    void phaseGetsItsCapWhileThereIsEnough() {
        assertThat(budget(ShutdownPhase.STOP, 30)).isEqualTo(ofSeconds(10));
        assertThat(budget(ShutdownPhase.DRAIN, 30)).isEqualTo(ofSeconds(20));
        assertThat(budget(ShutdownPhase.SAVE, 10)).isEqualTo(ofSeconds(3));
        assertThat(budget(ShutdownPhase.FINAL_SAVE, 8)).isEqualTo(ofSeconds(3));
    }

    @Test
    @DisplayName("scenario 49: the drain cannot use the reserves for saving and releasing")
    void drainLeavesTheReservesUntouched() {
        assertThat(budget(ShutdownPhase.DRAIN, 20)).isEqualTo(ofSeconds(20 - 3 - 3 - 3));
        assertThat(budget(ShutdownPhase.DRAIN, 9)).isZero();
        assertThat(budget(ShutdownPhase.SAVE, 9)).isEqualTo(ofSeconds(3));
        assertThat(budget(ShutdownPhase.RELEASE, 6)).isEqualTo(ofSeconds(3));
        assertThat(budget(ShutdownPhase.FINAL_SAVE, 3)).isEqualTo(ofSeconds(3));
    }

    @Test
    void withoutAStateNothingIsReservedForIt() {
        PhaseBudgets stateless = PhaseBudgets.of(ShutdownConfig.defaults(), false);
        assertThat(stateless.cap(ShutdownPhase.RELEASE)).isEqualTo(ofSeconds(30));
        assertThat(stateless.cap(ShutdownPhase.SAVE)).isZero();
        assertThat(stateless
                        .end(ShutdownPhase.DRAIN, Deadline.after(ticker, ofSeconds(20)))
                        .remaining())
                .isEqualTo(ofSeconds(17));
    }

    @Test
    void pastTheDeadlineBudgetsAreZeroNotNegative() {
        Deadline deadline = Deadline.after(ticker, ofSeconds(1));
        ticker.advance(ofSeconds(5));
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            assertThat(budgets.end(phase, deadline).remaining()).isZero();
        }
    }

    @Test
    void tinyTotalStillLeavesEveryPhaseItsTurn() {
        ShutdownConfig config =
                ShutdownConfig.builder().timeout(Duration.ofMillis(10)).build();
        PhaseBudgets tiny = PhaseBudgets.of(config, true);
        Deadline deadline = Deadline.after(ticker, config.timeout());
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            Duration budget = tiny.end(phase, deadline).remaining();
            if (phase != ShutdownPhase.ANNOUNCE && phase != ShutdownPhase.DRAIN) {
                assertThat(budget).as(phase.name()).isPositive();
            }
            ticker.advance(budget); // each uses its whole limit
        }
        assertThat(deadline.remaining()).isZero();
    }

    @Test
    void hostileConfigurationsNeitherOverdrawNorRobTheReserves() {
        Random random = new Random(42);
        for (int i = 0; i < 2_000; i++) {
            Duration total = Duration.ofMillis(1 + random.nextInt(i % 2 == 0 ? 20 : 100_000_000));
            ShutdownConfig config = ShutdownConfig.builder()
                    .timeout(total)
                    .announceDelay(part(random, total).dividedBy(2))
                    .stopTimeout(part(random, total))
                    .drainTimeout(part(random, total))
                    .saveTimeout(part(random, total).dividedBy(3))
                    .build();
            boolean savesState = random.nextBoolean();
            PhaseBudgets hostile = PhaseBudgets.of(config, savesState);
            Deadline deadline = Deadline.after(ticker, total);
            for (ShutdownPhase phase : ShutdownPhase.values()) {
                Duration budget = hostile.end(phase, deadline).remaining();
                assertThat(budget).isBetween(Duration.ZERO, hostile.cap(phase));
                if (savesState && (phase == ShutdownPhase.SAVE || phase == ShutdownPhase.FINAL_SAVE)) {
                    assertThat(budget).as("%s of %s", phase, config).isEqualTo(config.saveTimeout());
                }
                if (phase == ShutdownPhase.RELEASE) {
                    assertThat(budget).isGreaterThanOrEqualTo(total.dividedBy(10));
                }
                ticker.advance(budget);
            }
            assertThat(deadline.remainingNanos()).isNotNegative();
        }
    }

    /** Anything from one nanosecond to all of it. */
    private static Duration part(Random random, Duration total) {
        return random.nextInt(5) == 0 ? total : Duration.ofNanos(3 + random.nextLong(Math.max(1, total.toNanos() - 3)));
    }
}
