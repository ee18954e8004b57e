package io.github.shutdown4j.systemd.real;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The watchdog of a real systemd: heartbeats last as long as they should, and no longer. */
class RealWatchdogTest extends RealSystemd {

    /** This time is tested. */
    private static void letPass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(60)).until(() -> true);
    }

    @Test // scenario 83
    void theWatchdogIsKeptWhileRunningWhileTheWorldStopsAndWhileStopping() throws Exception {
        // Twice the times of the scenario, at high priority: other load on the machine is not what is tested.
        BoxUnit unit = service("WatchdogSec=2\nNice=-15", "drain=5000");
        unit.start();
        // No thread of the process runs for 800 ms, at another moment between two heartbeats each time. One shell does
        // it: a command started for each signal could be so late that the process is stopped for longer than the limit.
        String pauses = IntStream.range(0, 10)
                .mapToObj(i -> "kill -STOP $0; sleep 0.8; kill -CONT $0; sleep " + (1_000 + i * 94) / 1e3)
                .collect(Collectors.joining("; ", "set -e; ", ""));
        Answer paused = box.enter("nice", "-n", "-15", "sh", "-c", pauses, unit.show("MainPID"));
        assertThat(paused.exitCode()).as(() -> paused + unit.story()).isZero();
        assertThat(paused.millis()).isBetween(22_000L, 60_000L);
        assertThat(unit.show("ActiveState")).as(unit::story).isEqualTo("active");
        assertThat(unit.stop().millis()).isBetween(4900L, 60_000L);
        unit.assertEnded("inactive", "success");
    }

    @Test // rule R1
    void anUnguardedStopOutlivesTheWatchdogWhichIsBackAtTheNextStart() throws Exception {
        BoxUnit unit = service("WatchdogSec=1", "drain=3000", "policy=DISABLE_ON_STOP");
        for (int i = 0; i < 2; i++) {
            unit.start();
            letPass(Duration.ofMillis(300)); // a heartbeat has been sent, and another is due
            assertThat(unit.stop().millis()).isBetween(2900L, 60_000L);
            unit.assertEnded("inactive", "success");
        }
        unit.start();
        unit.kill("STOP");
        unit.awaitResult("watchdog");
        unit.awaitEnd("failed", "watchdog");
    }

    @Test // scenario 84
    void aProcessThatIsNotHealthyIsAborted() throws Exception {
        BoxUnit unit = service("WatchdogSec=1", "sick=1000");
        unit.succeeds("start"); // and may have failed before its state can be read
        unit.awaitResult("watchdog");
        unit.awaitEnd("failed", "watchdog");
        assertThat(unit.journal()).contains("heartbeats are withheld", "the health check returned false");
    }

    @Test // scenario 84
    void theTriggerDoesNotWaitForTheLimit() throws Exception {
        // Without the trigger, the journal would report a missed limit.
        BoxUnit unit = service("WatchdogSec=8", "sick=500", "trigger=yes");
        unit.succeeds("start"); // and may have failed before its state can be read
        unit.awaitResult("watchdog");
        unit.awaitEnd("failed", "watchdog");
        assertThat(unit.journal()).contains("Watchdog request").doesNotContain("Watchdog timeout");
    }
}
