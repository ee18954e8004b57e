package io.github.shutdown4j.systemd;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class Utf8Test {

    /** The first and last code points of each length, and unpaired surrogates. */
    @ParameterizedTest
    @ValueSource(ints = {'a', 0x7F, 0x80, 0x7FF, 0x800, 0xD800, 0xDFFF, 0xFFFF, 0x1_0000, 0x10_FFFF})
    void asManyCharactersAsFitAreKept(int codePoint) {
        String character = Character.toString(codePoint);
        String text = character.repeat(10);
        for (int most = 3; most < bytes(text); most++) {
            String cut = Utf8.cut(text, most);
            assertThat(cut).endsWith("\u2026");
            String kept = cut.substring(0, cut.length() - 1);
            assertThat(text).startsWith(kept);
            assertThat(bytes(cut)).isLessThanOrEqualTo(most);
            assertThat(bytes(cut) + bytes(character)).isGreaterThan(most);
        }
        assertThat(Utf8.cut(text, bytes(text))).isEqualTo(text);
    }

    @Test
    void withoutRoomForAnEllipsisThereIsNone() {
        assertThat(Utf8.cut("abc", 2)).isEqualTo("ab");
        assertThat(Utf8.cut("\u00e4", 1)).isEmpty();
        assertThat(Utf8.cut("abc", 0)).isEmpty();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
