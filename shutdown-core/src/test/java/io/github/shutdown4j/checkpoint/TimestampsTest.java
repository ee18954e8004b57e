package io.github.shutdown4j.checkpoint;

import java.time.DateTimeException;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TimestampsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "2026-11-28T10:20:00Z",
                "2026-11-28T10:20:00.100Z",
                "2026-11-28T10:20:30Z",
                "2026-11-28T10:20:30.012Z",
                "2026-11-28T10:20:30.000045Z",
                "2026-11-28T10:20:30.000000678Z",
                "1969-12-31T23:59:59.999Z",
                "0001-02-03T04:05:06Z",
                "9999-12-31T23:59:59.999Z",
                "+10000-01-01T00:00:00Z"
            })
    void theTextIsThatOfTheInstant(String text) {
        Instant instant = Instant.parse(text);
        assertThat(Timestamps.text(instant)).isEqualTo(instant.toString());
        assertThat(Timestamps.parse(text)).isEqualTo(instant);
    }

    @Test
    void everyDayOfFourCenturiesIsThatOfTheInstant() {
        Instant end = Instant.parse("2400-03-02T00:00:00Z");
        for (Instant day = Instant.parse("1970-01-01T00:00:00.001Z");
                day.isBefore(end);
                day = day.plusSeconds(86_400)) {
            assertThat(Timestamps.text(day)).isEqualTo(day.toString());
            assertThat(Timestamps.parse(day.toString())).isEqualTo(day);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-29T23:59:59.999Z",
                "0000-01-01T00:00:00.001Z",
                "2026-11-28T24:00:00.000Z",
                "2016-12-31T23:59:60.000Z",
                "2026-11-28t10:20:30.012z",
                "+12026-11-28T10:20:30.012Z"
            })
    void unusualTextIsReadAsByTheInstant(String text) {
        assertThat(Timestamps.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "2026-13-01T10:20:30.012Z",
                "2025-02-29T10:20:30.012Z",
                "2026-11-28T25:20:30.012Z",
                "2026-11-28T10:60:30.012Z",
                "2026-11-28T10:20:61.012Z",
                "2026-11-28T10:20:30.+12Z",
                "2026-11-28T1x:20:30.012Z",
                "2026-11-28 10:20:30.012Z"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> Instant.parse(text)).isInstanceOf(DateTimeException.class);
        assertThatThrownBy(() -> Timestamps.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
