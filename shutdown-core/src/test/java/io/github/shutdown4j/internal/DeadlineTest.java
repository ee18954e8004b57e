package io.github.shutdown4j.internal;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.testing.FakeTicker;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class DeadlineTest {

    /** Overflows during these tests. */
    private final FakeTicker ticker = new FakeTicker();

    private final Deadline deadline = Deadline.after(ticker, ofSeconds(10));

    @Test
    void expiresExactlyAtItsTime() {
        ticker.advance(ofSeconds(10).minusNanos(1));
        assertThat(deadline.isExpired()).isFalse();
        assertThat(deadline.remainingNanos()).isEqualTo(1);
        ticker.advance(ofNanos(1));
        assertThat(deadline.isExpired()).isTrue();
        ticker.advance(ofSeconds(3));
        assertThat(deadline.remainingNanos()).isEqualTo(-ofSeconds(3).toNanos());
        assertThat(deadline.remaining()).isZero();
    }

    @Test
    void reserveMakesItEarlier() {
        assertThat(deadline.minus(ofSeconds(3)).remaining()).isEqualTo(ofSeconds(7));
        assertThat(deadline.minus(ofSeconds(13)).isExpired()).isTrue();
    }

    @Test
    void capAndMinimumApplyOnlyWhereTheyAreStricter() {
        assertThat(deadline.cappedAt(ofSeconds(4)).remaining()).isEqualTo(ofSeconds(4));
        assertThat(deadline.cappedAt(ofSeconds(40))).isSameAs(deadline);
        assertThat(deadline.atLeast(ofSeconds(4))).isSameAs(deadline);
        assertThat(deadline.atLeast(ofSeconds(40)).remaining()).isEqualTo(ofSeconds(40));
    }

    @Test
    void isLongPastMoreThanASecondAfterItsTime() {
        ticker.advance(ofSeconds(11));
        assertThat(deadline.isLongPast()).isFalse();
        ticker.advance(ofNanos(1));
        assertThat(deadline.isLongPast()).isTrue();
    }

    @Test
    void theLongestDurationIsStillAhead() {
        Deadline never = Deadline.after(ticker, Duration.ofSeconds(Long.MAX_VALUE));
        ticker.advance(Duration.ofDays(100 * 365));
        assertThat(never.isExpired()).isFalse();
    }
}
