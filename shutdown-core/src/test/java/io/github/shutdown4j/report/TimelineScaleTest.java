package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

class TimelineScaleTest {

    @ParameterizedTest
    @CsvSource({
        "PT0.000000005S, PT0.000000001S",
        "PT0.000000016S, PT0.000000002S",
        "PT0.04S, PT0.005S",
        "PT1.6S, PT0.2S",
        "PT4S, PT0.5S",
        "PT8S, PT1S",
        "PT8.000000001S, PT2S",
        "PT45S, PT10S",
        "PT160S, PT20S",
        "PT200S, PT1M",
        "PT10M, PT2M",
        "PT30M, PT5M",
        "PT1H, PT10M",
        "PT2H, PT20M",
        "PT3H30M, PT30M",
        "PT8H, PT1H",
        "PT100H, PT13H"
    })
    void ticksAreAtRoundTimesAndAtMostEight(Duration length, Duration step) {
        List<Duration> ticks = TimelineScale.of(length, 8).ticks();
        assertThat(ticks).hasSizeBetween(2, 9).startsWith(Duration.ZERO, step);
        for (int i = 0; i < ticks.size(); i++) {
            assertThat(ticks.get(i)).isEqualTo(step.multipliedBy(i));
        }
        assertThat(ticks.get(ticks.size() - 1)).isBetween(length.minus(step).plusNanos(1), length);
    }

    @Test
    void positionIsTheFractionOfTheLengthAndNeverBeyondTheEnd() {
        TimelineScale scale = TimelineScale.of(ofSeconds(4), 8);
        assertThat(scale.position(Duration.ZERO)).isZero();
        assertThat(scale.position(ofMillis(1_500))).isEqualTo(0.375);
        assertThat(scale.position(ofSeconds(5))).isEqualTo(1);
    }
}
