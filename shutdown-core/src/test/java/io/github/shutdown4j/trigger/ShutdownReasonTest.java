package io.github.shutdown4j.trigger;

import java.io.IOException;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class ShutdownReasonTest {

    private static final String FORGED = "a client\r\nERROR forged\u001b[2J";

    static Stream<ShutdownReason> reasons() {
        IOException failure = new IOException(FORGED);
        return Stream.of(
                new ShutdownReason.Requested(FORGED),
                new ShutdownReason.ServiceFailed(FORGED, failure),
                new ShutdownReason.ServiceEnded(FORGED),
                new ShutdownReason.StartFailed(failure),
                new ShutdownReason.UncaughtException(FORGED, failure));
    }

    /** A name that a client has sent must not begin a line of the log, or move the cursor of a terminal. */
    @ParameterizedTest
    @MethodSource("reasons")
    void foreignTextStaysOnOneLine(ShutdownReason reason) {
        assertThat(reason.text()).contains("a client ERROR forged?[2J");
        assertThat(reason.text().chars()).noneMatch(Character::isISOControl);
    }
}
