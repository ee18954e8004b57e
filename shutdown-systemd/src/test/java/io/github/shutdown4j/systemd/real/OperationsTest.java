package io.github.shutdown4j.systemd.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Operations of systemd have the effects that docs/systemd.md lists. */
class OperationsTest extends RealSystemd {

    static void assertListed(String operation, String effect) throws IOException {
        assertThat(Files.readString(Path.of("../docs/systemd.md")).lines())
                .anyMatch(line -> line.startsWith("| " + operation) && line.contains(effect));
    }

    private static void letPass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(60)).until(() -> true);
    }

    @Test
    void aStopKeepsItsExtensionsOverADaemonReloadAndLosesThemAtADaemonReexec() throws Exception {
        assertListed("`systemctl daemon-reload`", "keeps its extensions");
        assertListed("`systemctl daemon-reexec` during a stop", "extensions are lost");
        BoxUnit reloaded = service("TimeoutStopSec=3", "drain=4500");
        reloaded.start();
        CompletableFuture<Answer> stop = CompletableFuture.supplyAsync(reloaded::stop);
        reloaded.awaitStatus("draining ");
        assertThat(box.systemctl("daemon-reload").exitCode()).isZero();
        assertThat(stop.get(60, TimeUnit.SECONDS).millis()).as(reloaded::story).isBetween(4400L, 60_000L);
        reloaded.assertEnded("inactive", "success");

        BoxUnit reexecuted = service("TimeoutStopSec=3", "drain=30000", "extension=20000");
        reexecuted.start();
        box.systemctl("stop", "--no-block", reexecuted.name());
        letPass(Duration.ofSeconds(4)); // beyond TimeoutStopSec=
        assertThat(reexecuted.show("ActiveState")).isEqualTo("deactivating");
        // The next extension comes ten seconds after the first.
        assertThat(box.systemctl("daemon-reexec").exitCode()).isZero();
        reexecuted.awaitEnd("failed", "timeout");
    }

    @Test
    void aRunThatIsEndedByRuntimeMaxSecIsATimeoutAlthoughItsExitIsClean() throws Exception {
        assertListed("`RuntimeMaxSec=`", "`Result=timeout`");
        BoxUnit unit = service("RuntimeMaxSec=2");
        unit.succeeds("start");
        unit.awaitResult("timeout");
        unit.awaitEnd("failed", "timeout");
        assertThat(unit.show("ExecMainStatus")).isEqualTo("0");
        assertThat(unit.status()).startsWith("ended cleanly in");
    }

    @Test
    void aSighupRightAfterSigtermDecidesNothingIfThereIsAReloadSubscriber() throws Exception {
        assertListed("`SendSIGHUP=yes`", "Without a reload subscriber the exit code is then 129");
        BoxUnit unit = service("SendSIGHUP=yes", "drain=1500");
        unit.start();
        assertThat(unit.stop().millis()).as(unit::story).isBetween(1400L, 60_000L);
        unit.assertEnded("inactive", "success");
    }

    @Test
    void aSignalThatDoesNotStopAJvmIsFollowedBySigkill() throws Exception {
        assertListed("`KillSignal=SIGHUP`, `KillSignal=SIGQUIT`", "SIGKILL at the end of `TimeoutStopSec=`");
        for (String signal : new String[] {"SIGHUP", "SIGQUIT"}) {
            BoxUnit unit = service("TimeoutStopSec=2\nKillSignal=" + signal);
            unit.start();
            box.systemctl("stop", unit.name());
            unit.awaitEnd("failed", "timeout");
        }
        BoxUnit interrupted = service("KillSignal=SIGINT");
        interrupted.start();
        interrupted.succeeds("stop");
        interrupted.assertEnded("inactive", "success");
    }

    @Test
    void aFrozenServiceIsAbortedByTheWatchdogUntil252AndContinuesAfterTheThawFrom257() throws Exception {
        assertListed("`systemctl freeze`", "on 252 the watchdog aborts the frozen service; 257 and 262 suspend");
        try (AutoCloseable bus = messageBus()) {
            BoxUnit guarded = service("WatchdogSec=2\nTimeoutAbortSec=2");
            guarded.start();
            guarded.succeeds("freeze");
            letPass(Duration.ofSeconds(4));
            if (version() < 257) {
                guarded.awaitResult("watchdog");
                box.systemctl("thaw", guarded.name());
                guarded.awaitEnd("failed", "watchdog");
            } else {
                guarded.succeeds("thaw");
                letPass(Duration.ofSeconds(3)); // with heartbeats again
                assertThat(guarded.show("ActiveState")).as(guarded::story).isEqualTo("active");
                guarded.succeeds("stop");
                guarded.assertEnded("inactive", "success");
            }
        }
    }

    @Test
    void aStopAfterAThawHasAllOfItsTime() throws Exception {
        try (AutoCloseable bus = messageBus()) {
            BoxUnit unit = service("TimeoutStopSec=2", "drain=2500");
            unit.start();
            unit.succeeds("freeze");
            letPass(Duration.ofSeconds(3));
            unit.succeeds("thaw");
            assertThat(unit.stop().millis()).as(unit::story).isBetween(2400L, 30_000L);
            unit.assertEnded("inactive", "success");
            assertThat(unit.journal()).doesNotContain("the process was stopped", "timed out");
        }
    }

    /** {@code systemctl freeze} is the only command here that needs one. */
    private static AutoCloseable messageBus() {
        Answer started = box.enter(
                "sh",
                "-c",
                "cd /etc/systemd/system && rm -f dbus.socket dbus.service && systemctl daemon-reload"
                        + " && systemctl start dbus.socket dbus.service");
        assumeTrue(started.exitCode() == 0, "needs dbus-daemon: " + started.output());
        return () -> box.systemctl("stop", "dbus.socket", "dbus.service");
    }

    private static int version() {
        return Integer.parseInt(box.systemctl("--version").output().replaceAll("(?s)^systemd (\\d+).*", "$1"));
    }

    @Test
    void aUserUnitIsExtendedLikeASystemUnitUntilItsManagerEndsAtALogout() throws Exception {
        assertListed("a user unit (`systemctl --user`)", "`TimeoutStopSec=` of `user@.service` applies");
        UserManager user = UserManager.start(box, Duration.ofSeconds(4));
        user.unit("mine.service", "TimeoutStopSec=3", "drain=4500");
        user.succeeds("start", "mine.service");
        assertThat(user.show("mine.service", "StatusText")).isEqualTo("running");
        assertThat(user.succeeds("stop", "mine.service").millis()).isBetween(4400L, 30_000L);
        assertThat(user.show("mine.service", "ActiveState") + " " + user.show("mine.service", "Result"))
                .isEqualTo("inactive success");

        user.unit("longer.service", "TimeoutStopSec=3", "drain=60000");
        user.succeeds("start", "longer.service");
        assertThat(user.logOut().millis()).isBetween(3900L, 30_000L);
        assertThat(user.journal("longer.service"))
                .contains("Shutdown: received SIGTERM")
                .doesNotContain("Shutdown: ended");
    }
}
