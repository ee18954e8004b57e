package io.github.shutdown4j.internal;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DurationsTest {

    private static final Duration LEAST = ofSeconds(Long.MIN_VALUE);
    private static final Duration MOST = ofSeconds(Long.MAX_VALUE, 999_999_999);

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.000000999S, 999 ns",
        "PT0.000001S, 1 us",
        "PT0.000999999S, 999 us",
        "PT0.001S, 1 ms",
        "PT0.999999999S, 999 ms",
        "PT1S, 1 s",
        "PT1.004S, 1 s",
        "PT1.005S, 1.01 s",
        "PT1.25S, 1.25 s",
        "PT1.5S, 1.5 s",
        "PT9M59.994S, 599.99 s",
        "PT10M, 10 min",
        "PT12M5.9S, 12 min 5 s"
    })
    void theUnitDependsOnTheLength(Duration duration, String text) {
        assertThat(Durations.text(duration)).isEqualTo(text);
    }

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

    @ParameterizedTest
    @CsvSource({
        "PT0S, 3",
        "PT1S, 3",
        "PT10S, 3",
        "PT1.000000001S, 2",
        "PT7.5S, 4",
        "PT36500H0.999999999S, 7",
        "PT0.000000005S, 10"
    })
    void partsAndMultiplesAreThoseOfTheJdk(Duration whole, int number) {
        assertThat(Durations.part(whole, number)).isEqualTo(whole.dividedBy(number));
        assertThat(Durations.times(whole, number)).isEqualTo(whole.multipliedBy(number));
    }

    @Test
    void multipleThatIsTooLargeIsCut() {
        assertThat(Durations.times(MOST, 2)).isEqualTo(ofSeconds(Long.MAX_VALUE));
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
