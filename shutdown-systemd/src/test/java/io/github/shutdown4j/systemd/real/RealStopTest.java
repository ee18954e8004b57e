package io.github.shutdown4j.systemd.real;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** How units end under a real systemd: the time, the state and the end of their children. */
class RealStopTest extends RealSystemd {

    @Test // scenario 81
    void aDrainThatProgressesOutlivesTimeoutStopSec() throws Exception {
        BoxUnit unit = service("TimeoutStopSec=3", "drain=8000");
        unit.start();
        assertThat(unit.stop().millis()).as(unit::story).isBetween(7900L, 60_000L);
        unit.assertEnded("inactive", "success");
    }

    @Test // scenarios 81 and 89
    void aDrainThatHangsIsKilledAtTheLimit() throws Exception {
        BoxUnit unit = service("TimeoutStopSec=3", "drain=120000", "progress=no");
        unit.start();
        // Between TimeoutStopSec and half of what the drain would take.
        assertThat(unit.stop().millis()).as(unit::story).isBetween(2900L, 60_000L);
        unit.assertEnded("failed", "timeout");
        assertThat(unit.status()).as(unit::story).startsWith("draining 7 requests");
    }

    @Test // scenario 80
    void aStopByItselfEndsWithinTheLimit() throws Exception {
        BoxUnit unit = service("TimeoutStopSec=3", "self=300", "drain=5000");
        unit.start();
        unit.awaitState("deactivating");
        unit.awaitEnd("inactive", "success");
        assertThat(unit.status()).endsWith("requested by itself");
    }

    @Test // scenarios 35 and 89
    void aServiceThatFailsAfterItWasReadyFailsTheUnit() throws Exception {
        BoxUnit unit = service("", "crash=500");
        unit.start();
        unit.awaitEnd("failed", "exit-code");
        assertThat(unit.show("ExecMainStatus")).isEqualTo("1");
        assertThat(unit.status()).as(unit::story).contains("exit code 1", "service 'ledger' failed");
        assertThat(unit.journal()).contains("'ledger'", "debit is not credit", "status=1/FAILURE");
    }

    @Test // scenario 89
    void whatWasKilledAtTheLimitIsStartedAgainOnFailure() throws Exception {
        BoxUnit unit = service(
                "TimeoutStopSec=2\nRestart=on-failure\nRestartSec=100ms", "self=200", "drain=30000", "progress=no");
        unit.start();
        unit.awaitRestarts(1);
        assertThat(unit.journal()).contains("Failed with result 'timeout'");
        unit.stop();
    }

    @Test // scenario 90
    void aChildIsKilledAtTheEndAndTheCheckpointIsWhole() throws Exception {
        BoxUnit unit = box.service("Type=notify\nKillMode=mixed\nStateDirectory=mixed\nExecStart="
                + box.java(ChildService.class, "/var/lib/mixed/state", "stubborn"));
        unit.start();
        unit.awaitJournal("child ");
        unit.succeeds("stop");
        unit.assertEnded("inactive", "success");
        assertThat(unit.journal()).contains("drained, the pipe is whole").doesNotContain("the pipe is closed");
        assertThat(box.enter("pgrep", "-f", "stubborn-child").exitCode()).isEqualTo(1);
        assertLoadedAtNextStart(unit);
    }

    @Test // scenario 90
    void aChildThatIsAlsoStoppedDoesNotDisturbTheDrain() throws Exception {
        BoxUnit unit = box.service("Type=notify\nKillMode=control-group\nStateDirectory=group\nExecStart="
                + box.java(ChildService.class, "/var/lib/group/state", "obedient"));
        unit.start();
        unit.awaitJournal("child ");
        unit.succeeds("stop");
        unit.assertEnded("inactive", "success");
        assertThat(unit.journal()).contains("drained, the pipe is closed").doesNotContain("WARN");
        assertLoadedAtNextStart(unit);
    }

    private static void assertLoadedAtNextStart(BoxUnit unit) {
        unit.start();
        assertThat(unit.journal()).contains("loaded " + ChildService.REQUESTS);
        unit.stop();
    }
}
