package io.github.shutdown4j.internal;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DurationsTest {

    private static final Duration LEAST = ofSeconds(Long.MIN_VALUE);
    private static final Duration MOST = ofSeconds(Long.MAX_VALUE, 999_999_999);

    @Test
    void everyDurationHasAText() {
        assertThat(Durations.text(ofSeconds(-90))).isEqualTo("-90 s");
        assertThat(Durations.text(ofSeconds(Long.MIN_VALUE + 1)))
                .isEqualTo("-" + Durations.text(ofSeconds(Long.MAX_VALUE)));
        assertThat(Durations.text(LEAST)).isEqualTo("-153722867280912930 min 7 s");
        assertThat(Durations.text(MOST)).isEqualTo("153722867280912930 min 7 s");
    }

    @Test
    void nanosecondsAreCutInBothDirections() {
        assertThat(Durations.nanos(ofNanos(-5))).isEqualTo(-5);
        assertThat(Durations.nanos(MOST)).isEqualTo(Long.MAX_VALUE / 2);
        assertThat(Durations.nanos(LEAST)).isEqualTo(-(Long.MAX_VALUE / 2));
    }

    @Test
    void theLeastDurationIsRefusedLikeAnyNegativeOne() {
        assertThatThrownBy(() -> Checks.notNegative("timeout", LEAST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must not be negative, was -153722867280912930 min 7 s");
    }

    @Test
    void aDeadlineInTheFarPastIsExpired() {
        assertThat(Deadline.after(Ticker.system(), LEAST).isExpired()).isTrue();
    }
}
