package io.github.shutdown4j.systemd.real;

import java.nio.file.Files;
import java.time.Duration;
import java.util.jar.JarOutputStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Units under a real systemd: the one of this machine. */
class RealSystemdTest extends RealSystemd {

    private static BoxUnit unit(String settings, String execStart) throws Exception {
        return box.service(settings + "\nExecStart=" + execStart);
    }

    @Test // scenarios 78 and 89
    void aCleanLifeIsShownAndLeavesTheUnitInactive() throws Exception {
        BoxUnit unit = service("");
        unit.start();
        assertThat(unit.show("ActiveState")).isEqualTo("active");
        assertThat(unit.status()).isEqualTo("running");
        unit.succeeds("stop");
        unit.assertEnded("inactive", "success");
        assertThat(unit.show("ExecMainStatus")).isEqualTo("0");
        assertThat(unit.status()).startsWith("ended cleanly in").endsWith("received SIGTERM");
        assertThat(unit.journal()).doesNotContain("WARN");
    }

    @Test // scenario 78
    void aStartThatFailsIsSeenAtOnce() throws Exception {
        BoxUnit unit = service("", "start=fail");
        // Long before TimeoutStartSec, which is 60 s.
        assertThat(unit.fails("start").millis()).isLessThan(45_000);
        unit.assertEnded("failed", "exit-code");
        assertThat(unit.status()).contains("service 'http' failed", "port taken");
    }

    @Test
    void noControlCharacterOfAFailureReachesTheTerminal() throws Exception {
        BoxUnit unit = service("", "start=garbled");
        unit.fails("start");
        assertThat(unit.status())
                .contains("service 'http' failed", "red?[31m bell", "csi?2J", "nel ", "cr ", "lf ", "turned");
        String shown =
                box.systemctl("status", "--no-pager", "--lines=0", unit.name()).output();
        assertThat(shown).contains("Status: \"", "csi?2J");
        assertThat(shown.chars().filter(c -> c != '\n' && (Character.isISOControl(c) || c == 0x202E)))
                .isEmpty();
    }

    @Test
    void readyIsQueuedUntilNativeCodeIsLoaded() throws Exception {
        try (var unused =
                new JarOutputStream(Files.newOutputStream(box.path("/run/slow.jar")), SlowNativeAgent.manifest())) {
            // Only a manifest; the class is on the class path.
        }
        BoxUnit unit = service("Environment=JDK_JAVA_OPTIONS=-javaagent:/run/slow.jar=13000");
        assertThat(unit.succeeds("start").millis()).isBetween(12_000L, 55_000L);
        assertThat(unit.show("ActiveState")).as(unit::story).isEqualTo("active");
        assertThat(unit.status()).isEqualTo("running");
        assertThat(unit.journal())
                .containsOnlyOnce("is late: native code is still being loaded")
                .contains("READY=1");
        unit.succeeds("stop");
        unit.assertEnded("inactive", "success");
    }

    @Test // scenario 78
    void aStartThatTakesItsTimeTellsWhomItWaitsFor() throws Exception {
        BoxUnit unit = service("", "slow=6000");
        box.systemctl("start", "--no-block", unit.name());
        unit.awaitStatus("waiting for postgres");
        assertThat(unit.show("ActiveState")).isEqualTo("activating");
        unit.awaitState("active");
        assertThat(unit.status()).isEqualTo("running");
        unit.stop();
        unit.assertEnded("inactive", "success");
    }

    @Test
    void aReloadByCommandIsNotifiedAtItsBeginAndEnd() throws Exception {
        BoxUnit unit = service("ExecReload=/bin/kill -HUP $MAINPID", "reload=4000", "reload-fails=yes");
        unit.start();
        unit.succeeds("reload");
        unit.awaitState("reloading");
        unit.awaitState("active");
        assertThat(unit.status()).contains("reload failed: limits failed");
        unit.stop();
        unit.assertEnded("inactive", "success");
    }

    @Test // scenario 91
    void aServiceLivesWithATemporaryDirectoryThatIsNoexec() throws Exception {
        BoxUnit unit = unit(
                "Type=simple\nNotifyAccess=main\nUser=nobody\nTemporaryFileSystem=/tmp:mode=1777,noexec\n",
                box.java(UnitService.class));
        unit.start();
        unit.awaitJournal("notifications are off");
        assertThat(unit.show("ActiveState")).isEqualTo("active");
        assertThat(unit.journal()).containsOnlyOnce("WARN").contains("-Djna.tmpdir=DIR");
        unit.stop();
    }

    @Test // scenario 91
    void theRemedyForNoexecHelps() throws Exception {
        BoxUnit unit = service("User=nobody\nTemporaryFileSystem=/tmp:mode=1777,noexec\nStateDirectory=remedy\n"
                + "Environment=JDK_JAVA_OPTIONS=-Djna.tmpdir=/var/lib/remedy\n");
        unit.start();
        assertThat(unit.status()).isEqualTo("running");
        unit.stop();
        unit.assertEnded("inactive", "success");
    }

    @Test
    void aHardenedUnitMayNotify() throws Exception {
        BoxUnit unit = service("DynamicUser=yes\nProtectSystem=strict\nProtectProc=invisible\nPrivateNetwork=yes\n"
                + "NoNewPrivileges=yes\nSystemCallFilter=@system-service\nRestrictAddressFamilies=AF_UNIX\n");
        unit.start();
        unit.stop();
        unit.assertEnded("inactive", "success");
    }

    @Test // rule R12
    void aWrapperThatDoesNotExecIsNamedInTheLog() throws Exception {
        BoxUnit unit = unit(
                "Type=notify\nTimeoutStartSec=4\nWatchdogSec=30\n",
                "/bin/sh -c '" + box.java(UnitService.class) + "; true'");
        unit.fails("start");
        assertThat(unit.journal())
                .contains("'exec java ...'", "WATCHDOG_PID", "killed every 30 s")
                .doesNotContain("NotifyAccess=all");
    }

    @Test
    void aWatchdogThatIsMeantForAWrapperDoesNotKillAHealthyChild() throws Exception {
        BoxUnit unit = unit(
                "Type=notify\nNotifyAccess=all\nWatchdogSec=2\n",
                "/bin/sh -c '" + box.java(UnitService.class) + "; true'");
        unit.start();
        Awaitility.await()
                .during(Duration.ofSeconds(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> unit.show("ActiveState").equals("active"));
        assertThat(unit.journal()).contains("killed every 2 s");
        unit.stop();
    }

    @Test
    void aStartOfAChainRequestsMoreTimeAtEachStep() throws Exception {
        // Two services of three seconds each, one after the other, in a unit that allows four.
        BoxUnit patient = service("TimeoutStartSec=4\n", "slow=3000", "chain=3000", "start-extension=5000");
        patient.start();
        patient.stop();
        BoxUnit hasty = service("TimeoutStartSec=4\n", "slow=3000", "chain=3000");
        hasty.fails("start");
        hasty.assertEnded("failed", "timeout");
    }

    @Test
    void descriptorsAreStoredAndRemovedAndABarrierReturns() throws Exception {
        BoxUnit unit = unit("Type=notify\nFileDescriptorStoreMax=8\n", box.java(DescriptorService.class));
        unit.start();
        unit.awaitJournal("barrier Sent");
        assertThat(unit.show("NFileDescriptorStore")).isEqualTo("4");
        assertThat(unit.journal()).contains("LISTEN_FDS null");
        String address = unit.journal().replaceAll("(?s).*listening (\\S+) Sent.*", "$1");
        // The remaining ones are passed again, by name, and each can be opened as its type.
        unit.succeeds("restart");
        unit.awaitJournal("LISTEN_FDS 4 ");
        unit.awaitJournal("barrier Sent");
        assertThat(unit.journal())
                .contains("back web " + address, "back log datagrams UDP socket 127.0.0.1:", "back kept file pipe:");
        unit.stop();
    }
}
