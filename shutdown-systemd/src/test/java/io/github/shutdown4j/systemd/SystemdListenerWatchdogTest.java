package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigBuilder;
import io.github.shutdown4j.report.ShutdownReport;

import static io.github.shutdown4j.report.ShutdownPhase.DRAIN;
import static io.github.shutdown4j.report.ShutdownPhase.FINAL_SAVE;
import static io.github.shutdown4j.report.ShutdownPhase.SAVE;
import static org.assertj.core.api.Assertions.assertThat;

/** Heartbeats, and their settings in the unit and the configuration. */
class SystemdListenerWatchdogTest extends SystemdListenerFixture {

    private static final String LAST_WORDS =
            "EXTEND_TIMEOUT_USEC=3000000\nSTATUS=ended cleanly in 1.2 s, exit code 0: received SIGTERM";

    @Test // scenario 83: an earlier heartbeat would arm the watchdog during the start
    void heartbeatsBeginAfterReadyAndContinueToTheEnd() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000")).build();
        assertThat(ticker.sleepers()).isZero();
        listener.onReady();
        assertThat(socket.await(2)).containsExactly("READY=1\nSTATUS=running", "WATCHDOG=1");
        awaitNextBeatDue();
        listener.onShutdown(TERM);
        assertThat(socket.texts().get(2)).startsWith("STOPPING=1").doesNotContain("WATCHDOG");
        ticker.advance(Duration.ofMillis(480));
        assertThat(socket.await(4).get(3)).isEqualTo("WATCHDOG=1");
    }

    @Test // with NotifyAccess=all READY is accepted, and would arm a watchdog without heartbeats
    void theWatchdogOfAnotherProcessIsSwitchedOffWithReady() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000", "WATCHDOG_PID", "41"))
                .build();
        listener.onReady();
        assertThat(socket.texts()).containsExactly("READY=1\nWATCHDOG_USEC=0\nSTATUS=running");
        assertThat(ticker.sleepers()).isZero();
        assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("killed every 1 s", "exec java");
    }

    @Test
    void disableOnStopIsSentInOneDatagramWithTheStop() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000"))
                .watchdog(options -> options.policy(WatchdogPolicy.DISABLE_ON_STOP))
                .build();
        listener.onReady();
        socket.await(2);
        listener.onShutdown(TERM);
        assertThat(socket.texts().get(2))
                .isEqualTo("STOPPING=1\nEXTEND_TIMEOUT_USEC=3000000\nWATCHDOG_USEC=0\n"
                        + "STATUS=shutting down: received SIGTERM");
    }

    @Test // rule R2: the limit runs from the last heartbeat to the end of the process
    void guardedBeatsOnceMoreAfterTheLastStatus() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000")).build();
        listener.onReady();
        socket.await(2);
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        ticker.advance(Duration.ofMillis(479)); // none is due
        listener.onFinished(report());
        assertThat(socket.texts())
                .containsExactly(
                        "READY=1\nSTATUS=running",
                        "WATCHDOG=1",
                        "STOPPING=1\nEXTEND_TIMEOUT_USEC=3000000\nSTATUS=shutting down: received SIGTERM",
                        LAST_WORDS,
                        "WATCHDOG=1");
    }

    @Test // rule R2
    void noHeartbeatFollowsTheLastStatusWhileTheyAreWithheld() {
        AtomicBoolean healthy = new AtomicBoolean(true);
        listener = builder(Map.of("WATCHDOG_USEC", "1000000"))
                .watchdog(options -> options.healthCheck(healthy::get))
                .build();
        listener.onReady();
        socket.await(2);
        awaitNextBeatDue();
        listener.onShutdown(TERM);
        healthy.set(false);
        ticker.advance(Duration.ofMillis(480));
        Awaitility.await().until(() -> !logs.texts(Level.WARN).isEmpty());
        listener.onFinished(report());
        assertThat(socket.texts()).hasSize(4).endsWith(LAST_WORDS);
    }

    @Test // rule R1: it would arm the watchdog again
    void noHeartbeatFollowsTheLastStatusWithTheOtherPolicy() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000"))
                .watchdog(options -> options.policy(WatchdogPolicy.DISABLE_ON_STOP))
                .build();
        listener.onReady();
        socket.await(2);
        listener.onShutdown(TERM);
        listener.onFinished(report());
        assertThat(socket.texts()).hasSize(4).endsWith(LAST_WORDS);
    }

    @Test
    void noHeartbeatFollowsTheLastStatusOfAStartThatFailed() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000")).build();
        listener.onShutdown(TERM);
        listener.onFinished(report());
        assertThat(socket.texts()).hasSize(2).endsWith(LAST_WORDS);
    }

    @Test
    void theHealthCheckCountsUntilTheEndOfTheDrain() {
        AtomicBoolean healthy = new AtomicBoolean(true);
        listener = builder(Map.of("WATCHDOG_USEC", "1000000"))
                .watchdog(options -> options.healthCheck(healthy::get))
                .build();
        listener.onReady();
        socket.await(2);
        awaitNextBeatDue();
        listener.onShutdown(TERM);
        listener.onPhaseStarted(DRAIN, TEN);
        healthy.set(false);
        ticker.advance(Duration.ofMillis(480));
        Awaitility.await().until(() -> !logs.texts(Level.WARN).isEmpty());
        assertThat(socket.texts()).as("while it drains").hasSize(3);
        awaitNextBeatDue();
        listener.onPhaseStarted(SAVE, TEN);
        ticker.advance(Duration.ofMillis(480));
        assertThat(socket.await(4)).as("while the state is saved").endsWith("WATCHDOG=1");
    }

    @Test
    void heartbeatsContinueAfterTheLastPhaseWhateverItsBudgetWas() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000")).build();
        listener.onReady();
        socket.await(2);
        listener.onShutdown(TERM);
        listener.onPhaseStarted(FINAL_SAVE, Duration.ofMillis(100));
        listener.onFinished(report());
        int sent = socket.texts().size();
        for (int more = 1; more <= 5; more++) { // well beyond the budget and the tolerance of a second
            awaitNextBeatDue();
            ticker.advance(Duration.ofMillis(480));
            assertThat(socket.await(sent + more)).endsWith("WATCHDOG=1");
        }
    }

    @Test
    void closingAListenerWhoseNotifierIsClosedEndsTheHeartbeats() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000")).build();
        listener.onReady();
        socket.await(2);
        awaitNextBeatDue();
        listener.notifier().close();
        listener.close();
        Awaitility.await().until(() -> ticker.sleepers() == 0);
    }

    @Test
    void closingAListenerThatCannotNotifySystemdKeepsItsHeartbeatsAndCanBeRepeated() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000")).build();
        listener.onReady();
        socket.await(2);
        awaitNextBeatDue();
        socket.refuse(text -> text.contains("USEC"));
        listener.close();
        assertThat(listener.notifier().isClosed()).isFalse();
        ticker.advance(Duration.ofMillis(480));
        assertThat(socket.await(3)).endsWith("WATCHDOG=1");
        socket.refuse(text -> false);
        listener.close();
        assertThat(listener.notifier().isClosed()).isTrue();
        assertThat(socket.texts()).endsWith("WATCHDOG=1", "WATCHDOG_USEC=0");
    }

    private void awaitNextBeatDue() {
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> ticker.untilNext()
                .equals(Optional.of(Duration.ofMillis(480))));
    }

    private static ShutdownReport report() {
        return new ShutdownReport(TERM, Instant.EPOCH, Duration.ofMillis(1200), 0, List.of());
    }

    @Test
    void aWatchdogThatIsDisabledAgainstTheUnitIsSwitchedOffWithReady() {
        listener = builder(Map.of("WATCHDOG_USEC", "1000000")).withoutWatchdog().build();
        listener.onReady();
        assertThat(socket.texts()).containsExactly("READY=1\nWATCHDOG_USEC=0\nSTATUS=running");
        assertThat(ticker.sleepers()).isZero();
        assertThat(logs.texts(Level.WARN)).hasSize(1).first().asString().contains("watchdog is disabled");
    }

    private SystemdListener configured(Map<String, String> variables, ShutdownConfigBuilder config) {
        return builder(variables).config(config.build()).build();
    }

    @Test
    void aConfigurationThatDoesNotEnableTheWatchdogLeavesTheUnitItsOwn() {
        listener = configured(
                Map.of("WATCHDOG_USEC", "1000000"),
                ShutdownConfig.builder().watchdogEnabled(false).watchdogInterval(Duration.ofSeconds(20)));
        listener.onReady();
        assertThat(socket.await(2)).containsExactly("READY=1\nSTATUS=running", "WATCHDOG=1");
        assertThat(logs.texts(Level.WARN)).isEmpty();
    }

    @Test
    void aConfigurationMayShortenTheInterval() {
        listener = configured(
                Map.of("WATCHDOG_USEC", "10000000"),
                ShutdownConfig.builder().watchdogEnabled(true).watchdogInterval(Duration.ofSeconds(1)));
        listener.onReady();
        socket.await(2);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        assertThat(socket.await(3)).endsWith("WATCHDOG=1", "WATCHDOG=1");
        assertThat(logs.texts(Level.WARN)).isEmpty();
    }

    @Test // scenario 85
    void aConfigurationThatContradictsTheUnitIsReportedAndTheUnitCounts() {
        listener = configured(
                Map.of("WATCHDOG_USEC", "1000000"),
                ShutdownConfig.builder()
                        .watchdogEnabled(true)
                        .watchdogTimeout(Duration.ofSeconds(60))
                        .watchdogInterval(Duration.ofSeconds(20)));
        assertThat(logs.texts(Level.WARN))
                .singleElement()
                .asString()
                .contains("WatchdogSec=1 s", "timeout is 60 s", "interval of 20 s");
        listener.onReady();
        socket.await(2);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(480));
        socket.await(3);
    }

    @Test
    void defaultsContradictNothing() {
        listener = configured(
                Map.of("WATCHDOG_USEC", "1000000"), ShutdownConfig.builder().watchdogEnabled(true));
        assertThat(logs.texts(Level.WARN)).isEmpty();
    }

    @Test
    void aWatchdogThatOnlyTheConfigurationEnablesIsReported() {
        listener = configured(Map.of(), ShutdownConfig.builder().watchdogEnabled(true));
        assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("add WatchdogSec=");
    }
}
