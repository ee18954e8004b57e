package io.github.shutdown4j;

import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.FakeTicker;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class PhaseBudgetsTest {

    private final FakeTicker ticker = new FakeTicker();
    private final PhaseBudgets budgets = PhaseBudgets.of(ShutdownConfig.defaults(), true);

    private Duration budget(ShutdownPhase phase, long secondsLeft) {
        return budgets.budget(phase, Deadline.after(ticker, ofSeconds(secondsLeft)));
    }

    @Test
    void phaseGetsItsCapWhileThereIsEnough() {
        assertThat(budget(ShutdownPhase.STOP, 30)).isEqualTo(ofSeconds(10));
        assertThat(budget(ShutdownPhase.DRAIN, 30)).isEqualTo(ofSeconds(20));
        assertThat(budget(ShutdownPhase.SAVE, 10)).isEqualTo(ofSeconds(3));
        assertThat(budget(ShutdownPhase.FINAL_SAVE, 8)).isEqualTo(ofSeconds(3));
    }

    @Test
    @DisplayName("scenario 49: what is reserved for saving and releasing is out of the drain's reach")
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
        assertThat(stateless.budget(ShutdownPhase.DRAIN, Deadline.after(ticker, ofSeconds(20))))
                .isEqualTo(ofSeconds(17));
    }

    @Test
    void pastTheDeadlineBudgetsAreZeroNotNegative() {
        Deadline deadline = Deadline.after(ticker, ofSeconds(1));
        ticker.advance(ofSeconds(5));
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            assertThat(budgets.budget(phase, deadline)).isZero();
        }
    }
}
