package io.github.shutdown4j.internal;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ParentProcessTest {

    @ParameterizedTest
    @CsvSource({
        "42 (java) S 1 42 42 0 -1, 1",
        "42 (a b) S 417 42 42 0 -1, 417",
        "42 (:) S 1) R 9 42 42 0 -1, 9",
        "42 () S 1 42 42 0 -1, 1",
    })
    void theNameOfTheProcessDoesNotMatter(String stat, String parent) {
        assertThat(ParentProcess.parentOf(stat)).isEqualTo(parent);
    }
}
