package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Environment variables that systemd never sets, or sets for another process: no exception, one log line. Scenarios 85,
 * 86 and 91.
 */
class NonsenseEnvironmentTest {

    private static final long PID = 42;

    @ParameterizedTest // scenario 86
    @ValueSource(
            strings = {
                "vsock:2:1234",
                "vsock-stream:2:1234",
                "relative/path",
                "42",
                "@",
                "/",
                "x",
                "unix:/run/x",
                "/a-path-that-is-too-long-"
                        + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "@a-name-that-is-too-long-"
                        + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void anAddressThatCannotBeIsAFailureAndOneWarning(String socket) {
        try (CapturedLogs logs = CapturedLogs.open();
                SystemdNotifier notifier = notifier(Map.of("NOTIFY_SOCKET", socket))) {
            assertThat(notifier.isUnderSystemd()).isFalse();
            assertThat(notifier.send(SystemdMessage.ready()).isFailed()).isTrue();
            assertThat(notifier.send(SystemdMessage.heartbeat()).isFailed()).isTrue();
            assertThat(notifier.storeDescriptor("x", 0).isFailed()).isTrue();
            assertThat(notifier.barrier(Duration.ofSeconds(1)).isFailed()).isTrue();
            assertThat(logs.lines()).hasSize(1);
            assertThat(logs.texts(Level.WARN)).hasSize(1).first().asString().contains(socket);
        }
    }

    @ParameterizedTest // scenarios 86 and 91
    @MethodSource("elsewhere")
    void withoutSystemdNothingIsLoggedAndNothingDone(Map<String, String> variables, boolean linux) {
        try (CapturedLogs logs = CapturedLogs.open()) {
            SystemdEnvironment environment = new SystemdEnvironment(variables, PID, linux);
            SystemdNotifier notifier = SystemdNotifier.fromEnvironment(environment, Ticker.system(), address -> {
                throw new AssertionError("native code was asked for");
            });
            assertThat(notifier.isUnderSystemd()).isFalse();
            assertThat(notifier.send(SystemdMessage.ready())).isEqualTo(new NotifyResult.NotUnderSystemd());
            assertThat(notifier.storeDescriptor("x", 0)).isEqualTo(new NotifyResult.NotUnderSystemd());
            assertThat(notifier.barrier(Duration.ofSeconds(1))).isEqualTo(new NotifyResult.NotUnderSystemd());
            SystemdWatchdog watchdog = SystemdWatchdog.builder(notifier)
                    .environment(environment, Ticker.system())
                    .startFromEnvironment();
            assertThat(watchdog.isActive()).isFalse();
            watchdog.close();
            notifier.close();
            assertThat(logs.lines()).isEmpty();
        }
    }

    static Stream<Arguments> elsewhere() {
        return Stream.of(
                Arguments.of(Map.of(), true),
                Arguments.of(Map.of("NOTIFY_SOCKET", ""), true),
                Arguments.of(Map.of("NOTIFY_SOCKET", "/run/systemd/notify"), false),
                Arguments.of(Map.of("WATCHDOG_USEC", "1000000", "SYSTEMD_EXEC_PID", "7"), true));
    }

    @ParameterizedTest // scenario 85
    @MethodSource("watchdogs")
    void aWatchdogThatIsNotOursIsOneLineAndNoHeartbeat(Map<String, String> variables, Level level, String said) {
        RecordingSocket socket = new RecordingSocket(Ticker.system());
        SystemdEnvironment environment = RecordingSocket.environment(variables);
        SystemdNotifier notifier = socket.notifier();
        try (CapturedLogs logs = CapturedLogs.open();
                SystemdWatchdog watchdog = SystemdWatchdog.builder(notifier)
                        .environment(environment, Ticker.system())
                        .startFromEnvironment()) {
            assertThat(watchdog.isActive()).isFalse();
            assertThat(watchdog.interval()).isEmpty();
            assertThat(notifier.send(SystemdMessage.status("last")).isSent()).isTrue();
            assertThat(socket.texts()).containsExactly("STATUS=last");
            assertThat(logs.lines()).hasSize(1);
            assertThat(logs.texts(level)).hasSize(1).first().asString().contains(said);
        }
    }

    static Stream<Arguments> watchdogs() {
        String usec = "WATCHDOG_USEC";
        String pid = "WATCHDOG_PID";
        return Stream.of(
                Arguments.of(Map.of(), Level.INFO, "no WatchdogSec="),
                Arguments.of(Map.of(pid, "42"), Level.INFO, "no WatchdogSec="),
                Arguments.of(Map.of(usec, "0"), Level.WARN, "\"0\""),
                Arguments.of(Map.of(usec, "-1"), Level.WARN, "\"-1\""),
                Arguments.of(Map.of(usec, "+1"), Level.WARN, "\"+1\""),
                Arguments.of(Map.of(usec, "soon"), Level.WARN, "\"soon\""),
                Arguments.of(Map.of(usec, "1.5"), Level.WARN, "\"1.5\""),
                Arguments.of(Map.of(usec, " 1"), Level.WARN, "\" 1\""),
                Arguments.of(Map.of(usec, "18446744073709551615"), Level.WARN, "18446744073709551615"),
                Arguments.of(Map.of(usec, "99999999999999999999"), Level.WARN, "99999999999999999999"),
                Arguments.of(Map.of(usec, "1000000", pid, "43"), Level.WARN, "WATCHDOG_PID is \"43\""),
                Arguments.of(Map.of(usec, "1000000", pid, "me"), Level.WARN, "WATCHDOG_PID is \"me\""),
                Arguments.of(
                        Map.of(usec, "1000000", pid, "43", "SYSTEMD_EXEC_PID", "43"), Level.WARN, "killed every 1 s"));
    }

    @Test
    void thisProcessIsIdentifiedByItsProcessHandle() {
        assertThat(SystemdEnvironment.current().pid())
                .isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void theLongestLimitIsNoOverflow() {
        for (String usec : new String[] {"18446744073709551614", "9223372036854775808", "9223372036854775807"}) {
            SystemdEnvironment environment = RecordingSocket.environment(Map.of("WATCHDOG_USEC", usec));
            assertThat(WatchdogTiming.from(environment, null, null))
                    .hasValueSatisfying(limit -> assertThat(limit.limit()).isEqualTo(Duration.ofDays(365)));
        }
    }

    @Test
    void theShortestLimitDoesNotSpin() {
        SystemdEnvironment environment = RecordingSocket.environment(Map.of("WATCHDOG_USEC", "1"));
        assertThat(WatchdogTiming.from(environment, null, null).orElseThrow().interval())
                .isEqualTo(Duration.ofMillis(1));
    }

    private static SystemdNotifier notifier(Map<String, String> variables) {
        return SystemdNotifier.fromEnvironment(
                new SystemdEnvironment(new HashMap<>(variables), PID, true),
                Ticker.system(),
                address -> new UnixNotifySocket(address));
    }
}
