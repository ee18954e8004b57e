package io.github.shutdown4j.systemd.real;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Units under a real systemd: the one of this machine. */
@Tag("systemd")
class RealSystemdTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static SystemdBox box;

    @BeforeAll
    static void boot() throws Exception {
        box = SystemdBox.boot();
    }

    @AfterAll
    static void end() throws Exception {
        if (box != null) {
            box.close();
        }
    }

    /** Writes a unit of its own for each test. */
    private static String unit(String settings, String execStart) throws Exception {
        String name = "t" + NUMBER.incrementAndGet() + ".service";
        box.unit(name, "[Service]\nLimitCORE=0\nTimeoutStartSec=20\nExecStart=" + execStart + "\n" + settings + "\n");
        return name;
    }

    private static String service(String settings, String... options) throws Exception {
        return unit("Type=notify\n" + settings, box.java(UnitService.class, options));
    }

    private static void start(String unit) {
        SystemdBox.Answer answer = box.systemctl("start", unit);
        assertThat(answer.exitCode()).as(() -> answer + box.journal(unit)).isZero();
    }

    private static ConditionFactory within(int seconds) {
        return Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(seconds));
    }

    private static void assertEnded(String unit, String state, String result) {
        assertThat(box.show(unit, "ActiveState")).as(() -> box.journal(unit)).isEqualTo(state);
        assertThat(box.show(unit, "Result")).isEqualTo(result);
    }

    @Test // scenarios 78 and 89
    void aCleanLifeIsShownAndLeavesTheUnitInactive() throws Exception {
        String unit = service("");
        start(unit);
        assertThat(box.show(unit, "ActiveState")).isEqualTo("active");
        assertThat(box.show(unit, "StatusText")).isEqualTo("running");
        assertThat(box.systemctl("stop", unit).exitCode()).isZero();
        assertEnded(unit, "inactive", "success");
        assertThat(box.show(unit, "ExecMainStatus")).isEqualTo("0");
        assertThat(box.show(unit, "StatusText")).startsWith("ended cleanly in").endsWith("received SIGTERM");
        assertThat(box.journal(unit)).doesNotContain("WARN");
    }

    @Test // scenario 78
    void aStartThatFailsIsSeenAtOnce() throws Exception {
        String unit = service("", "start=fail");
        SystemdBox.Answer answer = box.systemctl("start", unit);
        assertThat(answer.exitCode()).isNotZero();
        assertThat(answer.millis()).isLessThan(15_000);
        assertEnded(unit, "failed", "exit-code");
        assertThat(box.show(unit, "StatusText")).contains("service 'http' failed", "port taken");
    }

    @Test // scenario 78
    void aStartThatTakesItsTimeTellsWhomItWaitsFor() throws Exception {
        String unit = service("", "slow=6000");
        box.systemctl("start", "--no-block", unit);
        within(6).until(() -> box.show(unit, "StatusText").equals("waiting for postgres"));
        assertThat(box.show(unit, "ActiveState")).isEqualTo("activating");
        within(15).until(() -> box.show(unit, "ActiveState").equals("active"));
        assertThat(box.show(unit, "StatusText")).isEqualTo("running");
        box.systemctl("stop", unit);
        assertEnded(unit, "inactive", "success");
    }

    @Test // scenario 83
    void theWatchdogIsKeptWhileRunningAndWhileStopping() throws Exception {
        String unit = service("WatchdogSec=1", "drain=4000");
        start(unit);
        Thread.sleep(3500);
        assertThat(box.show(unit, "ActiveState")).isEqualTo("active");
        SystemdBox.Answer stop = box.systemctl("stop", unit);
        assertThat(stop.millis()).isBetween(3900L, 7000L);
        assertEnded(unit, "inactive", "success");
    }

    @Test // rule R1
    void anUnguardedStopOutlivesTheWatchdogWhichIsBackAtTheNextStart() throws Exception {
        String unit = service("WatchdogSec=1", "drain=3000", "policy=UNGUARDED");
        for (int i = 0; i < 2; i++) {
            start(unit);
            Thread.sleep(300);
            SystemdBox.Answer stop = box.systemctl("stop", unit);
            assertThat(stop.millis()).isBetween(2900L, 6000L);
            assertEnded(unit, "inactive", "success");
        }
        start(unit);
        box.systemctl("kill", "--signal=STOP", unit);
        within(10).until(() -> box.show(unit, "Result").equals("watchdog"));
        within(30).until(() -> box.show(unit, "ActiveState").equals("failed"));
    }

    @Test // scenario 84
    void aProcessThatIsNotHealthyIsAborted() throws Exception {
        String unit = service("WatchdogSec=1", "sick=1000");
        start(unit);
        within(10).until(() -> box.show(unit, "Result").equals("watchdog"));
        within(10).until(() -> box.show(unit, "ActiveState").equals("failed"));
        assertThat(box.journal(unit)).contains("heartbeats are withheld", "the health check says no");
    }

    @Test // scenario 84
    void theTriggerDoesNotWaitForTheLimit() throws Exception {
        String unit = service("WatchdogSec=8", "sick=500", "trigger=yes");
        start(unit);
        within(7).until(() -> box.show(unit, "Result").equals("watchdog"));
        within(10).until(() -> box.show(unit, "ActiveState").equals("failed"));
    }

    @Test // scenario 81
    void aDrainThatProgressesOutlivesTimeoutStopSec() throws Exception {
        String unit = service("TimeoutStopSec=3", "drain=8000");
        start(unit);
        SystemdBox.Answer stop = box.systemctl("stop", unit);
        assertThat(stop.millis()).isBetween(7900L, 11_000L);
        assertEnded(unit, "inactive", "success");
    }

    @Test // scenarios 81 and 89
    void aDrainThatHangsIsKilledAtTheLimit() throws Exception {
        String unit = service("TimeoutStopSec=3", "drain=20000", "progress=no");
        start(unit);
        SystemdBox.Answer stop = box.systemctl("stop", unit);
        assertThat(stop.millis()).isBetween(2900L, 5500L);
        assertEnded(unit, "failed", "timeout");
        assertThat(box.show(unit, "StatusText")).startsWith("draining 7 requests");
    }

    @Test // scenario 80
    void aStopOfItsOwnEndsInsideTheLimit() throws Exception {
        String unit = service("TimeoutStopSec=3", "self=300", "drain=5000");
        start(unit);
        within(5).until(() -> box.show(unit, "ActiveState").equals("deactivating"));
        within(15).until(() -> box.show(unit, "ActiveState").equals("inactive"));
        assertEnded(unit, "inactive", "success");
        assertThat(box.show(unit, "StatusText")).endsWith("requested by itself");
    }

    @Test
    void aReloadByCommandIsSeenToBeginAndToEnd() throws Exception {
        String unit = service("ExecReload=/bin/kill -HUP $MAINPID", "reload=4000", "reload-fails=yes");
        start(unit);
        assertThat(box.systemctl("reload", unit).exitCode()).isZero();
        within(5).until(() -> box.show(unit, "ActiveState").equals("reloading"));
        within(10).until(() -> box.show(unit, "ActiveState").equals("active"));
        assertThat(box.show(unit, "StatusText")).contains("reload failed: limits failed");
        box.systemctl("stop", unit);
        assertEnded(unit, "inactive", "success");
    }

    @Test // scenario 91
    void aServiceLivesWithATemporaryFolderThatIsNoexec() throws Exception {
        String unit = unit(
                "Type=simple\nNotifyAccess=main\nUser=nobody\nTemporaryFileSystem=/tmp:mode=1777,noexec\n",
                box.java(UnitService.class));
        start(unit);
        within(20).untilAsserted(() -> assertThat(box.journal(unit)).contains("notifications are off"));
        assertThat(box.show(unit, "ActiveState")).isEqualTo("active");
        assertThat(box.journal(unit)).containsOnlyOnce("WARN").contains("-Djna.tmpdir=DIR");
        box.systemctl("stop", unit);
    }

    @Test // scenario 91
    void theRemedyForNoexecHelps() throws Exception {
        String unit = service("User=nobody\nTemporaryFileSystem=/tmp:mode=1777,noexec\nStateDirectory=remedy\n"
                + "Environment=JDK_JAVA_OPTIONS=-Djna.tmpdir=/var/lib/remedy\n");
        start(unit);
        assertThat(box.show(unit, "StatusText")).isEqualTo("running");
        box.systemctl("stop", unit);
        assertEnded(unit, "inactive", "success");
    }

    @Test
    void aHardenedUnitMayNotify() throws Exception {
        String unit = service("DynamicUser=yes\nProtectSystem=strict\nProtectProc=invisible\nPrivateNetwork=yes\n"
                + "NoNewPrivileges=yes\nSystemCallFilter=@system-service\nRestrictAddressFamilies=AF_UNIX\n");
        start(unit);
        box.systemctl("stop", unit);
        assertEnded(unit, "inactive", "success");
    }

    @Test // rule R12
    void aWrapperThatDoesNotExecIsNamedInTheLog() throws Exception {
        String unit = unit(
                "Type=notify\nTimeoutStartSec=4\nWatchdogSec=30\n",
                "/bin/sh -c '" + box.java(UnitService.class) + "; true'");
        assertThat(box.systemctl("start", unit).exitCode()).isNotZero();
        assertThat(box.journal(unit)).containsOnlyOnce("WARN").contains("'exec java ...'", "WATCHDOG_PID");
    }

    @Test
    void descriptorsAreStoredAndRemovedAndABarrierReturns() throws Exception {
        String unit = unit("Type=notify\nFileDescriptorStoreMax=4\n", box.java(DescriptorService.class));
        start(unit);
        within(5).untilAsserted(() -> assertThat(box.journal(unit)).contains("barrier Sent"));
        assertThat(box.show(unit, "NFileDescriptorStore")).isEqualTo("2");
        assertThat(box.journal(unit)).contains("LISTEN_FDS null");
        // Those that are left come back, under their name.
        assertThat(box.systemctl("restart", unit).exitCode()).isZero();
        within(5).untilAsserted(() -> assertThat(box.journal(unit)).contains("LISTEN_FDS 2 kept:kept"));
        box.systemctl("stop", unit);
    }
}
