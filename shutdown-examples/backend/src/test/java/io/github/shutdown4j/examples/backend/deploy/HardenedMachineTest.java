package io.github.shutdown4j.examples.backend.deploy;

import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.examples.backend.TestServers;
import io.github.shutdown4j.systemd.real.Answer;
import io.github.shutdown4j.systemd.real.SystemdBox;
import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * The kit on a machine with a strict umask and a short PATH, with JVM options that only one JVM at a time can have, and
 * with settings in all the places that systemd reads. Each test continues where the previous one ended.
 */
@Tag("systemd")
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HardenedMachineTest {

    private static final String STRICT = "umask 077; export PATH=/usr/bin:/bin; ";

    private static Kit kit;

    @BeforeAll
    static void boot() throws Exception {
        kit = new Kit(SystemdBox.boot());
    }

    @AfterAll
    static void end() throws Exception {
        if (kit != null) {
            kit.close();
        }
    }

    private static Answer installStrictly() {
        return kit.box.enter("bash", "-c", STRICT + Kit.HOME + "/install-systemd-service.sh --java " + Kit.java());
    }

    private static void environment(String text) throws Exception {
        Files.writeString(kit.box.path("/etc/shutdown-backend/environment"), text);
    }

    @Test
    @Order(1)
    void aMissingCommandIsSaidBeforeAnythingIsDone() throws Exception {
        kit.box.enter("mv", "/usr/sbin/useradd", "/usr/sbin/useradd.away");
        Answer answer = kit.install("--java", Kit.java());
        kit.box.enter("mv", "/usr/sbin/useradd.away", "/usr/sbin/useradd");
        assertThat(answer.exitCode()).as(answer::output).isEqualTo(5);
        assertThat(answer.output())
                .isEqualTo(
                        "install-systemd-service: these commands are missing in the PATH: useradd. Install them, or extend the PATH\n");
        assertThat(kit.box.path("/usr/local/lib/shutdown-backend")).doesNotExist();
    }

    @Test
    @Order(2)
    void aStrictUmaskAndAPathWithoutSbinDoNoHarm() throws Exception {
        kit.box.enter("rm", "-rf", "/etc/systemd/system/multi-user.target.wants"); // nothing was enabled before
        Answer install = installStrictly();
        assertThat(install.exitCode()).as(() -> install + kit.journal()).isZero();
        kit.controlWell("health");
    }

    @Test
    @Order(3)
    void directorysThatTheServiceCannotReadAreRepairedByAnotherRun() {
        kit.box.enter("chmod", "700", "/usr/local/lib/shutdown-backend", "/etc/shutdown-backend");
        kit.box.enter("chmod", "600", "/usr/local/lib/shutdown-backend/backend.jar");
        Answer repaired = installStrictly();
        assertThat(repaired.exitCode()).as(() -> repaired + kit.journal()).isZero();
        assertThat(repaired.output())
                .contains("/etc/shutdown-backend: mode set to 0755", "restarted with what has changed");
        assertThat(installStrictly().output()).isEqualTo("nothing has changed\n");
        kit.controlWell("health");
    }

    @Test
    @Order(4)
    void jcmdAttachesAndStartsARecording() {
        assertThat(kit.exposure()).isLessThanOrEqualTo(1.5);
        String jcmd = System.getProperty("java.home") + "/bin/jcmd";
        String process = kit.show("MainPID");
        String file = "/var/lib/shutdown-backend/end.jfr";
        // From within its mounts: the jcmd of some updates of JDK 17 looks for the socket in its own /tmp only.
        Answer start = kit.box.enter(
                "nsenter", "--mount", "--target", process, jcmd, process, "JFR.start", "name=end", "filename=" + file);
        assertThat(start.exitCode()).as(start::output).isZero();
        assertThat(start.output()).contains("Started recording 1.");
        Answer dump = kit.box.enter("nsenter", "--mount", "--target", process, jcmd, process, "JFR.dump", "name=end");
        assertThat(dump.exitCode()).as(dump::output).isZero();
        assertThat(kit.box.enter("test", "-s", file).exitCode()).isZero();
    }

    @Test
    @Order(5)
    void aCheckDoesNotStartASecondJvmWithTheOptionsOfTheFirst() throws Exception {
        // A port that only one of them can bind, over two lines and in quotes, as systemd accepts it.
        environment(
                "JDK_JAVA_OPTIONS=\"-XX:TieredStopAtLevel=1 -Dcom.sun.management.jmxremote.port=" + FreePort.find()
                        + " \\\n  -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false\"\n");
        kit.controlWell("restart"); // the running one has no such port yet
        assertThat(kit.box
                        .enter(
                                "sh",
                                "-c",
                                "tr '\\0' '\\n' </proc/$(systemctl show -P MainPID " + Kit.SERVICE + ")/environ")
                        .output())
                .contains("jmxremote.authenticate=false");
        String process = kit.show("MainPID");
        kit.controlWell("check");
        kit.controlWell("reload");
        assertThat(kit.show("MainPID")).isEqualTo(process);
        kit.controlWell("restart");
        assertThat(kit.show("MainPID")).isNotEqualTo(process);
    }

    @Test
    @Order(6)
    void aCheckSeesTheEnvironmentThatSystemdMakes() throws Exception {
        // Valid: systemd removes the blanks around "=", the quotes, and a comment. It ignores "export" and logs that.
        environment("APP_SHUTDOWN_TIMEOUT_SECS = '20'\n; comment\nexport PORT=http\n");
        Answer right = kit.control("check");
        assertThat(right.exitCode()).as(right::output).isZero();
        assertThat(right.output())
                .contains("Shutdown plan: at most 20 s", "Ignoring invalid environment assignment 'export PORT=http'");

        // Invalid, in a continued line and in a drop-in.
        environment("APP_SHUTDOWN_TIMEOUT_SECS=\\\nmany\n");
        assertThat(kit.control("check"))
                .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(6))
                .satisfies(answer -> assertThat(answer.output()).contains("APP_SHUTDOWN_TIMEOUT_SECS", "many"));
        environment("");
        kit.dropIn("Environment=APP_SHUTDOWN_FORCE_DELAY_SECS=some");
        String process = kit.show("MainPID");
        for (String verb : new String[] {"check", "reload", "restart"}) {
            assertThat(kit.control(verb))
                    .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(6))
                    .satisfies(answer -> assertThat(answer.output()).contains("APP_SHUTDOWN_FORCE_DELAY_SECS"));
        }
        Answer install = kit.install("--java", Kit.java());
        assertThat(install.exitCode()).as(install::output).isEqualTo(6);
        assertThat(kit.show("MainPID")).isEqualTo(process);
        kit.dropIn("");
        // Leaves nothing behind, even when it is interrupted, and the service keeps its own values.
        Answer interrupted = kit.box.enter("bash", "-c", """
                set -m
                /usr/local/bin/shutdown-backendctl check & check=$!
                for i in {1..600}; do
                    ! ls -d /run/shutdown-backend-check.* >/dev/null 2>&1 || break
                    sleep 0.05
                done
                kill -TERM -- -$check
                wait $check""");
        assertThat(interrupted.exitCode()).as(interrupted::output).isEqualTo(143);
        await().untilAsserted(() -> assertThat(kit.box
                        .enter(
                                "sh",
                                "-c",
                                "ls -d /run/*check* /run/systemd/system/*check* 2>/dev/null;"
                                        + " systemctl list-units --all --no-legend --plain 'shutdown-backend-check*'")
                        .output())
                .isEmpty());
        kit.controlWell("health");
    }

    @Test
    @Order(7)
    void theJournalHasOneEntryForEachEventWithItsLevel() throws Exception {
        String good = Files.readString(kit.box.path("/etc/shutdown-backend/config.toml"));
        kit.settings(good + "\n[log]\nlevle = \"debug\"\n");
        kit.box.systemctl("reload", Kit.SERVICE);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> kit.show("StatusText").contains("reload failed"));
        kit.settings(good);
        kit.controlWell("reload");
        // Only a warning with a stack trace; an INFO line is not listed.
        String warnings = kit.journalEntries("warning");
        assertThat(warnings.lines().filter(line -> line.contains("'settings' failed")))
                .singleElement()
                .asString()
                .contains("failed | io.github.shutdown4j.", "log.levle");
        assertThat(warnings.lines()).noneMatch(line -> line.startsWith("\tat ") || line.contains("all are ready"));
    }

    @Test
    @Order(8)
    void everySocketOfTheUnitIsServedOrTheStartIsRefused() throws Exception {
        int second = FreePort.find();
        String drop = "/run/systemd/system/" + Kit.SOCKET + ".d/z-more.conf";
        Files.writeString(kit.box.path(drop), "[Socket]\nListenStream=127.0.0.1:" + second + "\n");
        kit.box.systemctl("daemon-reload");
        kit.controlWell("stop");
        kit.controlWell("start");
        for (int port : new int[] {kit.port, second}) {
            assertThat(Load.exchange(port, "GET", "/projects", "")).startsWith("HTTP/1.1 200 ");
        }
        kit.controlWell("health");

        Files.writeString(kit.box.path(drop), "[Socket]\nListenStream=/run/shutdown-backend.sock\n");
        kit.box.systemctl("daemon-reload");
        kit.controlWell("stop");
        assertThat(kit.control("start").exitCode()).isEqualTo(1);
        assertThat(kit.show("ExecMainStatus")).isEqualTo("78");
        assertThat(kit.journal()).contains("does not serve: UNIX socket /run/shutdown-backend.sock");
        Files.delete(kit.box.path(drop));
        kit.box.systemctl("daemon-reload");
        kit.controlWell("stop");
        kit.controlWell("start");
    }

    @Test
    @Order(9)
    void aWaitingConnectionDoesNotStartAServiceWithWrongSettingsForEver() throws Exception {
        Path settings = kit.box.path("/etc/shutdown-backend/config.toml");
        String good = Files.readString(settings);
        kit.settings(good + "\n[log]\nlevle = \"debug\"\n");
        long before = startsWithWrongSettings();
        // The request waits in the queue of the socket while the old process stops and the new one cannot start.
        kit.box.systemctl("stop", Kit.SERVICE);
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return Load.exchange(kit.port, "GET", "/projects", "");
            } catch (Exception e) {
                return e.toString();
            }
        });
        await().atMost(Duration.ofSeconds(30))
                .until(() -> kit.show("ActiveState").equals("failed"));
        assertThat(waiting.get(30, TimeUnit.SECONDS)).doesNotStartWith("HTTP/");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> kit.box.show(Kit.SOCKET, "ActiveState").equals("inactive"));
        assertThatThrownBy(() -> Load.exchange(kit.port, "GET", "/projects", ""))
                .isInstanceOf(ConnectException.class);
        assertThat(startsWithWrongSettings()).isEqualTo(before + 1);
        Answer status = kit.control("status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.output()).contains("exit status 78", "settings are wrong", "The socket is inactive");
        kit.settings(good);
        kit.controlWell("start");
        kit.controlWell("health");
    }

    @Test
    @Order(10)
    void theCommandsOfTheGuideWorkAsWritten() throws Exception {
        assertThat(kit.box.systemctl("start", Kit.SERVICE).exitCode()).isZero();
        String process = kit.show("MainPID");
        Map<String, String> answers = Map.of(
                "systemd-analyze security shutdown-backend", "Overall exposure level",
                "systemctl show -p WatchdogUSec shutdown-backend", "WatchdogUSec=30s",
                "journalctl -u shutdown-backend | grep -E 'Shutdown|watchdog|status='", "Shutdown report",
                "grep Sig /proc/PID/status", "SigCgt:");
        assertThat(GuideCommands.inText()).containsAll(answers.keySet());
        answers.forEach((command, part) ->
                assertThat(shell(command.replace("PID", process))).contains(part));
        String caught = shell("grep SigCgt /proc/" + process + "/status").replaceAll("\\s|SigCgt:", "");
        assertThat(Long.parseUnsignedLong(caught, 16) >> 14 & 1)
                .as("bit 15 of " + caught)
                .isEqualTo(1);
        assertThat(shell("systemctl status --no-pager shutdown-backend")).contains("active (running)", "running");
        shell("kill -QUIT " + process);
        await().atMost(Duration.ofSeconds(20)).until(() -> kit.journal().contains("Full thread dump"));
        if (Runtime.version().feature() >= 21) {
            String jcmd = "nsenter --mount --target " + process + " " + System.getProperty("java.home") + "/bin/jcmd ";
            String file = "/var/lib/shutdown-backend/threads.json";
            shell(jcmd + process + " Thread.dump_to_file -format=json " + file);
            assertThat(shell("head -c 200 " + file)).contains("\"threadDump\"");
        }
    }

    @Test
    @Order(11)
    void aStartThatWaitsForAMigrationGetsTheTimeItNeeds() throws Exception {
        environment("DATABASE_URL=\"" + TestServers.databaseUrl() + "\"\nREDIS_URL=" + TestServers.redisUrl() + "\n");
        kit.controlWell("restart"); // creates the tables
        kit.dropIn("TimeoutStartSec=12");
        try (Connection migrating = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = migrating.createStatement()) {
            migrating.setAutoCommit(false);
            statement.execute("lock table flyway_schema_history");
            CompletableFuture<Answer> restart =
                    CompletableFuture.supplyAsync(() -> kit.box.systemctl("restart", Kit.SERVICE));
            Thread.sleep(16_000); // longer than TimeoutStartSec=
            assertThat(restart).isNotDone();
            assertThat(kit.show("ActiveState")).as(kit::journal).isEqualTo("activating");
            assertThat(kit.show("StatusText")).isEqualTo("opening the stores");
            migrating.rollback();
            assertThat(restart.get(60, TimeUnit.SECONDS).exitCode())
                    .as(kit::journal)
                    .isZero();
        }
        kit.dropIn("");
    }

    private static String shell(String command) {
        Answer answer = kit.box.enter("bash", "-c", command);
        assertThat(answer.exitCode()).as(() -> command + ": " + answer.output()).isZero();
        return answer.output();
    }

    private static long startsWithWrongSettings() {
        kit.journal();
        return kit.box
                .enter("journalctl", "-q", "-o", "cat", "_PID=1", "UNIT=" + Kit.SERVICE)
                .output()
                .lines()
                .filter(line -> line.contains("status=78/CONFIG"))
                .count();
    }
}
