package io.github.shutdown4j.testing;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AttemptsTest {

    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void whatIsLateTwiceIsRepeated() throws Exception {
        Attempts.upToThree(() -> {
            int attempt = attempts.incrementAndGet();
            Attempts.inTime(() -> assertThat(attempt).isEqualTo(3));
        });
        assertThat(attempts).hasValue(3);
    }

    @Test
    void whatIsLateThreeTimesFails() {
        assertThatThrownBy(() -> Attempts.upToThree(() -> {
                    int attempt = attempts.incrementAndGet();
                    Attempts.inTime(() -> assertThat(attempt).isEqualTo(4));
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("4");
        assertThat(attempts).hasValue(3);
    }

    @Test
    void anotherFailureIsNotRepeated() {
        assertThatThrownBy(() -> Attempts.upToThree(
                        () -> assertThat(attempts.incrementAndGet()).isEqualTo(2)))
                .isInstanceOf(AssertionError.class);
        assertThat(attempts).hasValue(1);
    }
}
