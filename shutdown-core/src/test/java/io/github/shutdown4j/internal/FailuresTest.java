package io.github.shutdown4j.internal;

import java.io.IOException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FailuresTest {

    private final Throwable first = new IOException("first");

    @Test
    void laterFailuresAreSuppressedInTheFirst() {
        Throwable second = new StackOverflowError("second");
        assertThat(Failures.join(null, first)).isSameAs(first);
        assertThat(Failures.join(first, second)).isSameAs(first);
        assertThat(first).hasSuppressedException(second);
    }

    @Test
    void failureIsNotSuppressedInItself() {
        assertThat(Failures.join(first, first)).isSameAs(first).hasNoSuppressedExceptions();
    }

    @Test
    void whatIsNeitherExceptionNorErrorIsThrownToo() {
        Throwable other = new Throwable("neither");
        assertThatThrownBy(() -> Failures.rethrow(first)).isSameAs(first);
        assertThatThrownBy(() -> Failures.rethrow(new StackOverflowError())).isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> Failures.rethrow(other)).hasCause(other);
        assertThatCode(() -> Failures.rethrow(null)).doesNotThrowAnyException();
    }

    @Test
    void failureWithoutAReadableTextHasTheNameOfItsClass() {
        assertThat(OneLine.of(new Mute())).isEqualTo(Mute.class.getName());
    }

    @Test
    void textOfSeveralLinesIsJoinedToOne() {
        assertThat(OneLine.of(" a\r\nb\n")).isEqualTo("a b");
        assertThat(OneLine.of(new IOException("a\nb"))).isEqualTo("java.io.IOException: a b");
        assertThat(OneLine.of((String) null)).isEmpty();
    }

    private static final class Mute extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new IllegalStateException("cannot say");
        }
    }
}
