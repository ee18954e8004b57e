package io.github.shutdown4j.checkpoint;

import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

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
                "0001-02-03T04:05:06Z"
            })
    void theTextIsThatOfTheInstant(String text) {
        Instant instant = Instant.parse(text);
        assertThat(Timestamps.text(instant)).isEqualTo(instant.toString());
    }
}
