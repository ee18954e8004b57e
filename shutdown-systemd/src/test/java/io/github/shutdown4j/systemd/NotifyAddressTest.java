package io.github.shutdown4j.systemd;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NotifyAddressTest {

    @Test
    void aPathEndsInOneNulAndAnAbstractNameInNone() {
        assertThat(NotifyAddress.parse("/run/x").sockaddr()).hasSize(2 + 6 + 1).endsWith((byte) 'x', (byte) 0);
        assertThat(NotifyAddress.parse("@x").sockaddr()).hasSize(2 + 2).endsWith((byte) 0, (byte) 'x');
    }

    /** {@code sun_path} has 108 bytes, for a path with its NUL. */
    @ParameterizedTest
    @CsvSource({"/, 107", "@, 108"})
    void theLongestAddressFitsIntoAnAddressOfTheKernel(String start, int most) {
        assertThat(NotifyAddress.parse(start + "p".repeat(most - 1)).sockaddr()).hasSize(2 + 108);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NotifyAddress.parse(start + "p".repeat(most)))
                .withMessageContaining("must have 2 to " + most + " bytes, has " + (most + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> NotifyAddress.parse(start));
    }
}
