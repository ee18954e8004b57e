package io.github.shutdown4j.internal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class DisplayWidthTest {

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "abc, 3",
        "\u00e4\u00f6, 2",
        "e\u0301, 1",
        "\u30c7\u30fc\u30bf, 6",
        "\uff76\uff9e, 2",
        "\uc11c\ubc84, 4",
        "\ud83d\ude80, 2",
        "\ud842\udfb7, 2",
        "\u2713, 1",
        "\u2705, 2",
        "\u200b, 0",
        "\udb80\udc00, 1"
    })
    void eastAsianAndEmojiTakeTwo(String text, int columns) {
        assertThat(DisplayWidth.of(text)).isEqualTo(columns);
    }

    @Test
    void whatIsTooWideIsCutBetweenCharacters() {
        assertThat(DisplayWidth.cut("abcdef", 6, "...")).isEqualTo("abcdef");
        assertThat(DisplayWidth.cut("abcdefg", 6, "...")).isEqualTo("abc...");
        assertThat(DisplayWidth.cut("\ud83d\ude80\ud83d\ude80\ud83d\ude80", 5, "\u2026"))
                .isEqualTo("\ud83d\ude80\ud83d\ude80\u2026");
        assertThat(DisplayWidth.cut("\ud83d\ude80\ud83d\ude80\ud83d\ude80", 4, "\u2026"))
                .isEqualTo("\ud83d\ude80\u2026");
        assertThat(DisplayWidth.padded("\u30c7", 4)).isEqualTo("\u30c7  ");
    }
}
