package io.github.shutdown4j.connections;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/** Invalid arguments of a tracker are rejected at the call. */
class ConnectionInputTest {

    private final ConnectionTracker tracker = ConnectionTracker.create("http");

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankNamesAndLabelsAreRefused(String blank) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionTracker.create(blank))
                .withMessage("name must not be blank, was \"" + blank + "\"");
        assertThatIllegalArgumentException().isThrownBy(() -> ConnectionTracker.builder(blank));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tracker.acquire(blank))
                .withMessageContaining("label");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tracker.tryAcquire(blank))
                .withMessageContaining("label");
        assertThat(tracker.admitted()).isZero();
    }

    @Test
    void nullIsRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> ConnectionTracker.create(null))
                .withMessage("name must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> ConnectionTracker.builder("http").details(null))
                .withMessage("details must not be null");
        assertThatNullPointerException().isThrownBy(() -> tracker.acquire(null)).withMessage("label must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> tracker.tryAcquire(null))
                .withMessage("label must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> tracker.acquire().onDrain(null))
                .withMessage("callback must not be null");
        assertThatNullPointerException().isThrownBy(() -> tracker.drain(null)).withMessage("timeout must not be null");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void negativeTimeoutsAreRefusedAndCloseNothing(long nanos) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tracker.drain(Duration.ofNanos(nanos)))
                .withMessageContaining("timeout must not be negative, was ");
        assertThat(tracker.isClosed()).isFalse();
    }

    @Test
    void numbersOutOfBoundsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GuardDetails.sampled(0))
                .withMessage("oneIn must be at least 1, was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> GuardDetails.sampled(-5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tracker.unfinished(-1))
                .withMessage("limit must be at least 0, was -1");
    }
}
