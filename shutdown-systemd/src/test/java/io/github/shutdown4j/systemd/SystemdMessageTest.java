package io.github.shutdown4j.systemd;

import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class SystemdMessageTest {

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(SystemdMessage.ready(), "READY=1"),
                Arguments.of(SystemdMessage.stopping(), "STOPPING=1"),
                Arguments.of(SystemdMessage.reloading(), "RELOADING=1\nMONOTONIC_USEC=77"),
                Arguments.of(SystemdMessage.status("waiting for postgres"), "STATUS=waiting for postgres"),
                Arguments.of(SystemdMessage.status(""), "STATUS="),
                Arguments.of(SystemdMessage.heartbeat(), "WATCHDOG=1"),
                Arguments.of(SystemdMessage.watchdogTrigger(), "WATCHDOG=trigger"),
                Arguments.of(SystemdMessage.watchdogTimeout(Duration.ofSeconds(2)), "WATCHDOG_USEC=2000000"),
                Arguments.of(SystemdMessage.watchdogOff(), "WATCHDOG_USEC=0"),
                Arguments.of(SystemdMessage.extendTimeout(Duration.ofMillis(1500)), "EXTEND_TIMEOUT_USEC=1500000"),
                Arguments.of(SystemdMessage.extendTimeout(Duration.ofNanos(1)), "EXTEND_TIMEOUT_USEC=1"),
                Arguments.of(SystemdMessage.mainPid(42), "MAINPID=42"),
                Arguments.of(SystemdMessage.mainPid(42, 99), "MAINPID=42\nMAINPIDFDID=99"),
                Arguments.of(SystemdMessage.errno(2), "ERRNO=2"),
                Arguments.of(SystemdMessage.busError("org.x.Failed"), "BUSERROR=org.x.Failed"),
                Arguments.of(SystemdMessage.varlinkError("org.x.Failed"), "VARLINKERROR=org.x.Failed"),
                Arguments.of(SystemdMessage.exitStatus(0), "EXIT_STATUS=0"),
                Arguments.of(SystemdMessage.notifyAccess(NotifyAccess.ALL), "NOTIFYACCESS=all"),
                Arguments.of(SystemdMessage.restartReset(), "RESTART_RESET=1"),
                Arguments.of(SystemdMessage.fdStore("cache"), "FDSTORE=1\nFDNAME=cache"),
                Arguments.of(SystemdMessage.fdStoreUnpolled("cache"), "FDSTORE=1\nFDNAME=cache\nFDPOLL=0"),
                Arguments.of(SystemdMessage.mainPidFd(), "MAINPIDFD=1"),
                Arguments.of(SystemdMessage.removeDescriptors("cache"), "FDSTOREREMOVE=1\nFDNAME=cache"),
                Arguments.of(SystemdMessage.barrier(), "BARRIER=1"),
                Arguments.of(SystemdMessage.raw("X_MINE_LEVEL", "3"), "X_MINE_LEVEL=3"),
                Arguments.of(
                        SystemdMessage.status("bye")
                                .and(SystemdMessage.stopping())
                                .and(SystemdMessage.watchdogOff()),
                        "STOPPING=1\nWATCHDOG_USEC=0\nSTATUS=bye"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void rendersAsTheProtocolSpecifies(SystemdMessage message, String expected) {
        assertThat(text(message)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nWATCHDOG=trigger", "a\rWATCHDOG=trigger", "a\0WATCHDOG=trigger", "a\r\nREADY=1\n"})
    void noTextSmugglesInAnAssignment(String evil) {
        for (SystemdMessage message : List.of(SystemdMessage.status(evil), SystemdMessage.raw("X_A", evil))) {
            assertThat(text(message)).doesNotContain("\n", "\r", "\0").contains("=a ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Z", "A0", "Z9", "X_"})
    void rawTakesAnyName(String name) {
        assertThat(text(SystemdMessage.raw(name, "x"))).isEqualTo(name + "=x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "lower", "A B", "A\nB", "1A", "A=B", "A/", "A:", "A[", "@", "\u00c4"})
    void rawRefusesWhatIsNoName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.raw(name, "x"))
                .withMessageContaining("name must match");
    }

    @Test
    void rawNameHasAtMost64Characters() {
        assertThat(text(SystemdMessage.raw("X".repeat(64), "x"))).endsWith("X=x");
        assertThatIllegalArgumentException().isThrownBy(() -> SystemdMessage.raw("X".repeat(65), "x"));
    }

    @Test
    void rawStatusIsAStatus() {
        assertThat(SystemdMessage.raw("STATUS", "x")).isEqualTo(SystemdMessage.status("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", ":a", "a\nb", "a\u007f", "\u00e9"})
    void descriptorNamesThatSystemdWouldIgnoreAreRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> SystemdMessage.fdStore(name));
        assertThatIllegalArgumentException().isThrownBy(() -> SystemdMessage.removeDescriptors(name));
    }

    @Test
    void descriptorNameHasAtMost255Characters() {
        assertThat(text(SystemdMessage.fdStore("n ~".repeat(85)))).endsWith("n ~");
        assertThatIllegalArgumentException().isThrownBy(() -> SystemdMessage.fdStore("n".repeat(256)));
    }

    @Test
    void valuesOutOfBoundsAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.extendTimeout(Duration.ZERO))
                .withMessage("time must be more than zero, was 0 s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.watchdogTimeout(Duration.ofSeconds(-1)))
                .withMessageContaining("timeout must be more than zero");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SystemdMessage.extendTimeout(Duration.ofDays(36_500).plusNanos(1)))
                .withMessageContaining("time must be at most");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.mainPid(0))
                .withMessage("pid must be more than zero, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.exitStatus(256))
                .withMessage("status must be from 0 to 255, was 256");
        assertThat(text(SystemdMessage.exitStatus(255))).isEqualTo("EXIT_STATUS=255");
        assertThatIllegalArgumentException().isThrownBy(() -> SystemdMessage.errno(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> SystemdMessage.busError("\u00fc"));
        assertThatNullPointerException()
                .isThrownBy(() -> SystemdMessage.status(null))
                .withMessage("text must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> SystemdMessage.notifyAccess(null))
                .withMessage("access must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> SystemdMessage.raw(null, "x"))
                .withMessage("name must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> SystemdMessage.raw("X_A", null))
                .withMessage("value must not be null");
    }

    @Test
    void theLongestTimeIsAHundredYearsInMicroseconds() {
        assertThat(text(SystemdMessage.extendTimeout(Duration.ofDays(36_500))))
                .isEqualTo("EXTEND_TIMEOUT_USEC=3153600000000000");
    }

    @Test
    void aNameCanBeAssignedOnceSinceSystemdReadsOnlyTheFirst() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.status("a").and(SystemdMessage.status("b")))
                .withMessageContaining("STATUS can be assigned once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.heartbeat().and(SystemdMessage.watchdogTrigger()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.reloading().and(SystemdMessage.raw("MONOTONIC_USEC", "1")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.raw("MONOTONIC_USEC", "1").and(SystemdMessage.reloading()))
                .withMessageContaining("MONOTONIC_USEC can be assigned once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.reloading().and(SystemdMessage.reloading()));
    }

    @Test
    void aLongStatusNeverTakesReadyDownWithIt() throws Exception {
        for (String unit : List.of("x", "\u00e9", "\u20ac", "\ud83d\ude00", "\ud83d")) {
            for (int shift = 0; shift < 4; shift++) {
                String status = "a".repeat(shift) + unit.repeat(5000);
                byte[] bytes = SystemdMessage.ready()
                        .and(SystemdMessage.status(status))
                        .bytes(() -> 0);
                String sent = StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                assertThat(bytes).hasSizeBetween(4093, 4096);
                assertThat(sent).startsWith("READY=1\nSTATUS=").endsWith("\u2026");
            }
        }
    }

    @Test
    void aStatusThatJustFitsStaysWhole() {
        String status = "x".repeat(4096 - "READY=1\nSTATUS=".length());
        byte[] bytes = SystemdMessage.ready().and(SystemdMessage.status(status)).bytes(() -> 0);
        assertThat(bytes).hasSize(4096);
        assertThat(new String(bytes, StandardCharsets.UTF_8)).endsWith("x");
    }

    @Test
    void aStatusGivesWayWhereThereIsNoRoom() {
        SystemdMessage full = SystemdMessage.raw("X_A", "x".repeat(4092)).and(SystemdMessage.status("s"));
        assertThat(text(full)).hasSize(4096).doesNotContain("STATUS");
    }

    @Test
    void whatCannotBeCutMustFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.raw("X_A", "x".repeat(4093)))
                .withMessageContaining("at most 4096 bytes, has 4097");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemdMessage.raw("X_A", "x".repeat(4092)).and(SystemdMessage.reloading()));
        int withoutTime = "\nRELOADING=1".length();
        assertThatIllegalArgumentException() // the time of sending is as long as it may become
                .isThrownBy(() -> SystemdMessage.raw("X_A", "x".repeat(4092 - withoutTime))
                        .and(SystemdMessage.reloading()));
    }

    @Test
    void onlyHeartbeatsAndStatusMayBeLost() {
        assertThat(SystemdMessage.heartbeat().isEssential()).isFalse();
        assertThat(SystemdMessage.status("x").isEssential()).isFalse();
        assertThat(SystemdMessage.watchdogTrigger().isEssential()).isTrue();
        assertThat(SystemdMessage.ready().isEssential()).isTrue();
        assertThat(SystemdMessage.heartbeat().and(SystemdMessage.stopping()).isEssential())
                .isTrue();
    }

    @Test
    void equalMessagesAreEqual() {
        assertThat(SystemdMessage.ready().and(SystemdMessage.status("x")))
                .isEqualTo(SystemdMessage.status("x").and(SystemdMessage.ready()))
                .hasSameHashCodeAs(SystemdMessage.status("x").and(SystemdMessage.ready()))
                .hasToString("READY=1 STATUS=x");
        assertThat(SystemdMessage.reloading()).hasToString("RELOADING=1 MONOTONIC_USEC=(now)");
    }

    private static String text(SystemdMessage message) {
        return new String(message.bytes(() -> 77), StandardCharsets.UTF_8);
    }

    @Test
    void noControlCharacterOfAStatusReachesATerminal() {
        // From C0, DEL and C1, line and paragraph separators, and marks that change the writing direction.
        String text = "a\u001b[31mb\u0007c\u007fd\u009b2Je\tf\u2028g\u2029h\u202ei\u2066j\u200fk\u2069l\u061c";
        assertThat(text(SystemdMessage.status(text))).isEqualTo("STATUS=a [31mb c d 2Je f g h i j k l ");
        assertThat(text(SystemdMessage.raw("STATUS", "\u001b]0;x"))).isEqualTo("STATUS= ]0;x");
        assertThat(text(SystemdMessage.status("größe 10 \uD83D\uDE80 \u05d0")))
                .isEqualTo("STATUS=größe 10 \uD83D\uDE80 \u05d0");
    }
}
