package io.github.shutdown4j.internal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class OneLineTest {

    @Test
    void plainTextMovesNoCursorAndBeginsNoLine() {
        assertThat(OneLine.plain(" GET /a\r\n  ERROR forged\u2028\u0085line\tend\n"))
                .isEqualTo("GET /a ERROR forged line end");
        assertThat(OneLine.plain("\u001b[31mred \u0007\u009b \u202eneddih")).isEqualTo("?[31mred ?? ?neddih");
        assertThat(OneLine.plain("half \ud83d")).isEqualTo("half ?");
        assertThat(OneLine.plain("a  b \t c")).isEqualTo("a  b   c");
        assertThat(OneLine.plain("a \u0085 \n b\u0085")).isEqualTo("a b ");
        assertThat(OneLine.plain("\u00fcber \ud83d\udc68\u200d\ud83d\udc69 \u30c7"))
                .isEqualTo("\u00fcber \ud83d\udc68\u200d\ud83d\udc69 \u30c7");
    }

    @Test
    void textThatKeepsItsBlanksIsOnOneLineToo() {
        assertThat(OneLine.keepingBlanks(" a\r\n  ERROR forged\u2028\u001b[2J\t\u202e "))
                .isEqualTo(" a    ERROR forged ?[2J ? ");
        String plain = " failed, too";
        assertThat(OneLine.keepingBlanks(plain)).isSameAs(plain);
        assertThat(OneLine.keepingBlanks("\u00fcber \ud83d\udc68 \ud83d")).isEqualTo("\u00fcber \ud83d\udc68 ?");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00, 0x1B, 0x7F, 0x9F, 0x61C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202D, 0x202E, 0x2066, 0x2067, 0x2069
            })
    void eachCharacterThatControlsTheTerminalOrTheDirectionIsReplaced(int character) {
        String text = "a" + Character.toString(character) + "b";
        assertThat(OneLine.plain(text)).isEqualTo("a?b");
        assertThat(OneLine.keepingBlanks(text)).isEqualTo("a?b");
    }

    @Test
    void lineIsAppendedBelowWithoutTrailingBlanks() {
        StringBuilder text = new StringBuilder("first");
        OneLine.append(text, "  second  ");
        assertThat(text).hasToString("first" + System.lineSeparator() + "  second");
    }

    @Test
    void failureHasItsTextOnOneLineAndMissingTextIsEmpty() {
        assertThat(OneLine.of(new IllegalStateException("no\nroom")))
                .isEqualTo("java.lang.IllegalStateException: no room");
        assertThat(OneLine.of((String) null)).isEmpty();
        assertThat(OneLine.of("two\nlines")).isEqualTo("two lines");
    }
}
