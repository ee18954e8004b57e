package io.github.shutdown4j.internal;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ClosestMatchTest {

    private static final List<String> KNOWN =
            List.of("timeout_secs", "drain_timeout_secs", "force_on", "watchdog.enabled", "watchdog.timeout_secs");

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', abc, 3",
        "kitten, sitting, 3",
        "sitting, kitten, 3",
        "flaw, lawn, 2",
        "same, same, 0",
    })
    void distanceCountsInsertionsDeletionsAndReplacements(String a, String b, int expected) {
        assertThat(ClosestMatch.distance(a, b)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "timout_secs, timeout_secs",
        "timeout, timeout_secs",
        "timeoutSecs, timeout_secs",
        "drain_timeout, drain_timeout_secs",
        "enabled, watchdog.enabled",
        "watchdog.enable, watchdog.enabled",
        "watchdog.timeout_sec, watchdog.timeout_secs",
        "timeout_sec, timeout_secs",
    })
    void aSlipOfThePenFindsTheWord(String word, String expected) {
        assertThat(ClosestMatch.to(word, KNOWN)).contains(expected);
    }

    @Test
    void halfOfTheCharactersMayDiffer() {
        assertThat(ClosestMatch.to("forest", List.of("for"))).contains("for");
        assertThat(ClosestMatch.to("abyz", List.of("abcd"))).contains("abcd");
        assertThat(ClosestMatch.to("axyz", List.of("abcd"))).isEmpty();
        assertThat(ClosestMatch.to("forests", List.of("for"))).isEmpty();
    }

    @Test
    void aWordLikeNoOtherFindsNone() {
        assertThat(ClosestMatch.to("colour", KNOWN)).isEmpty();
        assertThat(ClosestMatch.to("", KNOWN)).isEmpty();
        assertThat(ClosestMatch.to("timeout_secs".repeat(10_000), KNOWN)).isEmpty();
        assertThat(ClosestMatch.to("timeout_secs", List.of())).isEmpty();
    }
}
