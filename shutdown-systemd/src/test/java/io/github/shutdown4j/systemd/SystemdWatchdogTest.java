package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SystemdWatchdogTest extends SystemdWatchdogFixture {

    /** With the health check. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    @Test // scenario 83
    void aHeartbeatIsDueAtJustUnderHalfOfTheLimit() {
        start(builder());
        assertThat(watchdog.isActive()).isTrue();
        assertThat(watchdog.interval()).hasValue(INTERVAL);
        for (int i = 1; i <= 20; i++) {
            socket.await(i);
            nextHeartbeat();
        }
        socket.await(21);
        long first = socket.sent().get(0).nanos();
        for (int i = 0; i <= 20; i++) {
            assertThat(socket.sent().get(i).text()).isEqualTo(BEAT);
            assertThat(socket.sent().get(i).nanos() - first).isEqualTo(i * INTERVAL.toNanos());
        }
        assertThat(logs.lines()).isEmpty();
    }

    @Test
    void noHeartbeatComesBeforeItsTime() {
        start(builder());
        socket.await(1);
        awaitDueIn(INTERVAL);
        ticker.advance(INTERVAL.minusNanos(1));
        awaitDueIn(Duration.ofNanos(1));
        assertThat(socket.texts()).hasSize(1);
    }

    @Test // scenario 83: a pause of the whole process
    void afterAPauseOneHeartbeatComesAtOnceAndNoBurst() {
        start(builder());
        socket.await(1);
        awaitDueIn(INTERVAL);
        ticker.advance(Duration.ofSeconds(30));
        socket.await(2);
        awaitDueIn(INTERVAL);
        assertThat(socket.texts()).hasSize(2);
        nextHeartbeat();
        socket.await(3);
    }

    @Test
    void theConfigurationMayShortenTheInterval() {
        start(builder().interval(Duration.ofMillis(100)).timeout(Duration.ofSeconds(1)));
        assertThat(watchdog.interval()).hasValue(Duration.ofMillis(100));
        assertThat(logs.lines()).isEmpty();
    }

    @Test
    void whatContradictsTheUnitIsReportedInOneLineAndTheUnitCounts() {
        start(builder().interval(Duration.ofSeconds(10)).timeout(Duration.ofSeconds(60)));
        assertThat(watchdog.interval()).hasValue(INTERVAL);
        assertThat(logs.lines()).hasSize(1);
        assertThat(logs.texts(Level.WARN).get(0))
                .contains("WatchdogSec=1 s", "timeout is 60 s", "interval of 10 s", "480 ms is used");
    }

    @Test
    void anIntervalOfExactlyHalfIsNoContradiction() {
        start(builder().interval(Duration.ofMillis(500)));
        assertThat(watchdog.interval()).hasValue(INTERVAL);
        assertThat(logs.lines()).isEmpty();
    }

    @Test
    void optionsOutOfBoundsAreRefused() {
        start(builder());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().interval(Duration.ZERO))
                .withMessage("interval must be more than zero, was 0 s");
        assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ofSeconds(-1)));
    }

    @Test // scenario 84
    void heartbeatsStopWhileTheCheckReturnsFalseAndResume() {
        AtomicBoolean healthy = new AtomicBoolean(true);
        AtomicInteger checks = new AtomicInteger();
        start(builder().healthCheck(() -> {
            checks.incrementAndGet();
            return healthy.get();
        }));
        socket.await(1);
        healthy.set(false);
        for (int i = 2; i <= 5; i++) {
            nextHeartbeat();
            int question = i;
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> checks.get() == question);
        }
        awaitDueIn(INTERVAL);
        assertThat(socket.texts()).containsExactly(BEAT);
        assertThat(logs.texts(Level.WARN)).hasSize(1).first().asString().contains("withheld", "1 s", "returned false");
        healthy.set(true);
        nextHeartbeat();
        assertThat(socket.await(2)).containsExactly(BEAT, BEAT);
        Awaitility.await().until(() -> logs.texts(Level.INFO).size() == 1);
        assertThat(logs.texts(Level.INFO)).first().asString().contains("healthy again");
    }

    @Test // scenario 84
    void aCheckThatThrowsIsNotHealthy() {
        start(builder().healthCheck(() -> {
            throw new StackOverflowError("deep");
        }));
        Awaitility.await().until(() -> logs.texts(Level.WARN).size() == 1);
        assertThat(logs.texts(Level.WARN)).first().asString().contains("StackOverflowError: deep");
        assertThat(socket.texts()).isEmpty();
    }

    @Test // scenario 84
    void aCheckThatHangsStopsTheHeartbeatsAndItsStackIsShown() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        AtomicInteger checks = new AtomicInteger();
        start(builder().healthCheck(() -> {
            if (checks.incrementAndGet() == 2) {
                awaitForever(hang);
            }
            return true;
        }));
        socket.await(1);
        nextHeartbeat();
        Awaitility.await().until(() -> checks.get() == 2);
        awaitDueIn(PATIENCE);
        ticker.advance(PATIENCE);
        Awaitility.await().until(() -> logs.texts(Level.WARN).size() == 1);
        assertThat(logs.texts(Level.WARN))
                .first()
                .asString()
                .contains("did not return within 250 ms", "SystemdWatchdogFixture.awaitForever");
        assertThat(socket.texts()).hasSize(1);
        hang.countDown();
        Duration untilNextHeartbeat = INTERVAL.minus(PATIENCE);
        awaitDueIn(untilNextHeartbeat);
        ticker.advance(untilNextHeartbeat);
        socket.await(2);
        assertThat(checks).hasValue(3);
    }

    @Test // scenario 84
    void theTriggerIsSentOnceWhenHealthIsLost() {
        AtomicBoolean healthy = new AtomicBoolean(true);
        start(builder().healthCheck(healthy::get).triggerWhenUnhealthy());
        socket.await(1);
        healthy.set(false);
        nextHeartbeat();
        socket.await(2);
        nextHeartbeat();
        nextHeartbeat();
        awaitDueIn(INTERVAL);
        assertThat(socket.texts()).containsExactly(BEAT, "WATCHDOG=trigger");
        assertThat(logs.texts(Level.WARN))
                .singleElement()
                .asString()
                .contains("the watchdog is triggered", "returned false");
    }

    @Test // rule R1
    void unguardedDisarmsInTheDatagramOfTheStopAndBeatsNoMore() {
        start(builder().policy(WatchdogPolicy.DISABLE_ON_STOP));
        socket.await(1);
        awaitDueIn(INTERVAL);
        watchdog.stopping(SystemdMessage.status("bye"));
        assertThat(socket.texts()).containsExactly(BEAT, "STOPPING=1\nWATCHDOG_USEC=0\nSTATUS=bye");
        Awaitility.await().until(() -> ticker.sleepers() == 0);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(socket.texts()).hasSize(2);
    }

    @Test // rule R1
    void disableOnStopKeepsHeartbeatsIfSystemdCouldNotBeNotified() {
        start(builder().policy(WatchdogPolicy.DISABLE_ON_STOP));
        socket.await(1);
        socket.refuse(text -> text.contains("STOPPING"));
        assertThat(watchdog.stopping(SystemdMessage.status("bye")).isFailed()).isTrue();
        nextHeartbeat();
        assertThat(socket.await(2)).containsExactly(BEAT, BEAT);
    }

    @Test // rule R2
    void keepDuringShutdownSendsHeartbeatsUntilTheEnd() {
        start(builder());
        socket.await(1);
        watchdog.stopping(SystemdMessage.status("bye"));
        watchdog.onPhaseStarted(Duration.ofSeconds(2));
        for (int i = 3; i <= 6; i++) {
            nextHeartbeat();
            socket.await(i);
        }
        watchdog.onPhasesFinished();
        for (int i = 7; i <= 20; i++) {
            nextHeartbeat();
            socket.await(i);
        }
        assertThat(socket.texts().get(1)).isEqualTo("STOPPING=1\nSTATUS=bye");
        assertThat(Collections.frequency(socket.texts(), BEAT)).isEqualTo(19);
    }

    @Test // rule R2
    void keepDuringShutdownWithholdsHeartbeatsFromAPhaseThatHangs() {
        start(builder());
        socket.await(1);
        awaitDueIn(INTERVAL);
        watchdog.onPhaseStarted(Duration.ofMillis(440));
        nextHeartbeat(); // 480 of 1440 ms
        socket.await(2);
        nextHeartbeat(); // 960
        socket.await(3);
        nextHeartbeat(); // 1440
        Awaitility.await().until(() -> logs.texts(Level.WARN).size() == 1);
        assertThat(logs.texts(Level.WARN)).first().asString().contains("the shutdown hangs");
        assertThat(socket.texts()).hasSize(3);
        awaitDueIn(INTERVAL);
        watchdog.onPhaseStarted(Duration.ofSeconds(10));
        nextHeartbeat();
        socket.await(4);
    }

    @Test
    void theCheckDoesNotRunOnceItsResourcesAreReleased() {
        AtomicBoolean healthy = new AtomicBoolean(true);
        start(builder().healthCheck(healthy::get));
        socket.await(1);
        healthy.set(false);
        watchdog.endHealthCheck();
        nextHeartbeat();
        socket.await(2);
        assertThat(logs.lines()).isEmpty();
    }

    @Test
    void closeTellsSystemdNotToWait() {
        start(builder());
        socket.await(1);
        watchdog.close();
        watchdog.close();
        assertThat(socket.texts()).containsExactly(BEAT, "WATCHDOG_USEC=0");
    }

    @Test
    void threadsEndWithTheWatchdog() {
        start(builder().healthCheck(() -> true));
        socket.await(1);
        watchdog.close();
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .noneMatch(List.of("shutdown4j-systemd-watchdog", "shutdown4j-systemd-health")::contains));
    }
}
