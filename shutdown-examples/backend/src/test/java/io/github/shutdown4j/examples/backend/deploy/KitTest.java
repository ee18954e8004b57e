package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.backend.embedded.Embedded;
import io.github.shutdown4j.systemd.real.Answer;
import io.github.shutdown4j.systemd.real.SystemdBox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The operator's kit under a real systemd, as root, from the first installation to the last file removed. Each test
 * continues where the previous one ended.
 */
@Tag("systemd")
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KitTest {

    @TempDir
    private static Path data;

    private static Kit kit;
    private static Api api;
    private static Embedded external;

    @BeforeAll
    static void boot() throws Exception {
        kit = new Kit(SystemdBox.boot());
        api = new Api(kit.port);
    }

    @AfterAll
    static void end() throws Exception {
        if (kit != null) {
            kit.close();
        }
        if (external != null) {
            external.close();
        }
    }

    @Test
    @Order(1)
    void whatIsMissingIsNamedAndNothingIsDone() throws Exception {
        assertThat(kit.asNobody(Kit.HOME + "/install-systemd-service.sh", "--java", Kit.java()))
                .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(4))
                .satisfies(answer -> assertThat(answer.output()).contains("must be run as root"));
        assertThat(kit.install("--nonsense").exitCode()).isEqualTo(2);
        assertThat(kit.install("--purge").exitCode()).isEqualTo(2);
        assertThat(kit.install("--help").output()).startsWith("usage:");
        assertThat(kit.install("--java", "/bin/false"))
                .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(5))
                .satisfies(answer -> assertThat(answer.output()).contains("/bin/false is no Java"));

        Files.writeString(
                kit.box.path("/srv/old/java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        kit.box.enter("chmod", "+x", "/srv/old/java");
        assertThat(kit.install("--java", "/srv/old/java"))
                .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(5))
                .satisfies(answer -> assertThat(answer.output()).contains("needs Java 17 or newer", "is 11"));
        assertThat(kit.install("--java", "/srv/none").exitCode()).isEqualTo(5);
        assertThat(kit.install("--java", Kit.java(), "--jar", "/srv/none.jar").exitCode())
                .isEqualTo(5);
        // As on a machine whose process 1 is not systemd.
        Answer noSystemd = kit.box.enter(
                "unshare", "--mount", "sh", "-c", "umount -l /run; " + Kit.HOME + "/install-systemd-service.sh");
        assertThat(noSystemd.exitCode()).isEqualTo(5);
        assertThat(noSystemd.output()).contains("needs systemd");

        Answer dry = kit.asNobody(Kit.HOME + "/install-systemd-service.sh", "--java", Kit.java(), "--dry-run");
        assertThat(dry.exitCode()).as(dry::output).isZero();
        assertThat(dry.output())
                .contains("would run: useradd", "would run: systemctl start")
                .contains("would install /usr/local/lib/shutdown-backend/backend.jar, mode 0644")
                .doesNotContain("started");
        Files.writeString(kit.box.path("/srv/thin.jar"), "not a jar");
        Answer wrongJar = kit.install("--java", Kit.java(), "--jar", "/srv/thin.jar");
        assertThat(wrongJar.exitCode()).as(wrongJar::output).isEqualTo(5);
        assertThat(wrongJar.output()).contains("/srv/thin.jar is not the packaged backend", "nothing was changed");
        assertThat(kit.box.path("/usr/local/lib/shutdown-backend/backend.jar")).doesNotExist();
        assertThat(kit.box.path("/etc/systemd/system/" + Kit.SERVICE)).doesNotExist();
    }

    @Test
    @Order(2)
    void itIsInstalledAndHealthyWithItsOwnDatabases() throws Exception {
        kit.installWell();
        assertThat(kit.show("ActiveState")).isEqualTo("active");
        assertThat(kit.show("StatusText")).isEqualTo("running");
        assertThat(kit.show("User")).isEqualTo("shutdown-backend");
        assertThat(kit.control("status"))
                .satisfies(answer -> assertThat(answer.exitCode()).isZero())
                .satisfies(answer -> assertThat(answer.output()).contains("active (running)"));
        kit.controlWell("health");
        assertThat(Load.exchange(kit.port, "POST", "/projects", "{\"name\":\"first\"}"))
                .startsWith("HTTP/1.1 201 ");
        assertThat(kit.asNobody("/usr/local/bin/shutdown-backendctl", "stop").exitCode())
                .isEqualTo(4);
        assertThat(kit.control("nonsense").exitCode()).isEqualTo(2);
        assertThat(kit.control("logs").output()).contains("services: all are ready");
    }

    @Test
    @Order(3)
    void theUnitsAreRightAndMayDoLittle() throws Exception {
        Answer verify = kit.box.enter("systemd-analyze", "verify", Kit.SERVICE, Kit.SOCKET);
        assertThat(verify.exitCode()).as(verify::output).isZero();
        assertThat(verify.output().lines().filter(line -> line.contains("shutdown-backend")))
                .isEmpty();
        assertThat(kit.exposure()).isLessThanOrEqualTo(2.0);
    }

    @Test
    @Order(4)
    void aSecondInstallationChangesNothing() throws Exception {
        String process = kit.show("MainPID");
        Answer again = kit.install("--java", Kit.java());
        assertThat(again.exitCode()).as(again::output).isZero();
        assertThat(again.output()).isEqualTo("nothing has changed\n");
        assertThat(kit.show("MainPID")).isEqualTo(process);

        // Nor does one that is refused.
        Answer refused = kit.install("--java", Kit.java(), "--instances", "2");
        assertThat(refused.exitCode()).as(refused::output).isEqualTo(6);
        assertThat(refused.output()).contains("nothing was changed");
        assertThat(kit.box.show("shutdown-backend-instance@1.socket", "ActiveState"))
                .isEqualTo("inactive");
        assertThat(kit.control("status").output()).startsWith("shutdown-backend: active (running)");
    }

    @Test
    @Order(5)
    void mistakesInTheSettingsAreRefusedBeforeTheyDoHarm() throws Exception {
        String process = kit.show("MainPID");
        String good = Files.readString(kit.box.path("/etc/shutdown-backend/config.toml"));
        kit.settings(good + "\n[log]\nlevel = \"debug\"\n");
        Path followed = kit.followLogs();
        Kit.within(60).untilAsserted(() -> assertThat(followed).content().contains("services: all are ready"));
        kit.controlWell("reload");
        Kit.within(60).untilAsserted(() -> assertThat(followed).content().contains("reload: ended after"));
        assertThat(kit.show("StatusText")).startsWith("running, reloaded in");
        api.get("/projects");
        Kit.within(60).untilAsserted(() -> assertThat(kit.journalEntries("debug..debug"))
                .contains("GET /projects 200"));

        kit.settings(good + "\n[log]\nlevle = \"debug\"\n");
        for (String verb : List.of("check", "reload", "restart")) {
            Answer refused = kit.control(verb);
            assertThat(refused.exitCode()).as(verb).isEqualTo(6);
            assertThat(refused.output()).as(verb).contains("log.level");
        }
        assertThat(kit.install("--java", Kit.java(), "--jar", Kit.HOME + "/backend.jar")
                        .exitCode())
                .isEqualTo(6);
        // Without the script it does no harm either: the old process continues, and the status says so.
        kit.box.systemctl("reload", Kit.SERVICE);
        Kit.within(60).untilAsserted(() -> assertThat(kit.show("StatusText")).contains("reload failed"));
        assertThat(kit.show("MainPID")).isEqualTo(process);
        kit.controlWell("health");
        kit.settings(good);
        kit.controlWell("reload");
    }

    @Test
    @Order(6)
    void aStartThatMistakesInTheSettingsForbidIsNotTriedAgain() throws Exception {
        String good = Files.readString(kit.box.path("/etc/shutdown-backend/config.toml"));
        kit.settings(good + "\n[log]\nlevle = \"debug\"\n");
        assertThat(kit.box.systemctl("restart", Kit.SERVICE).exitCode()).isNotZero();
        assertThat(kit.stateAfterStopPost()).isEqualTo("failed"); // for any other code auto-restart
        assertThat(kit.show("ExecMainStatus")).isEqualTo("78");
        assertThat(kit.journal()).contains("log.levle: unknown key, did you mean log.level?");
        kit.settings(good);
        kit.controlWell("start");
    }

    @Test
    @Order(7)
    void noRequestFailsInTwentyRestartsAndAnUpgrade() throws Exception {
        // As in production, the databases are external, with passwords that only root can read.
        external = Embedded.start(data.resolve("external"));
        Files.writeString(
                kit.box.path("/etc/shutdown-backend/environment"),
                "DATABASE_URL=\"" + external.databaseUrl() + "\"\nREDIS_URL=" + external.redisUrl()
                        // This test mostly starts processes.
                        + "\nJDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1\n");
        kit.controlWell("restart");

        Load load = new Load(kit.port, "restart", 3);
        try (load) {
            for (int i = 0; i < 20; i++) {
                kit.awaitAnswersAfter(load, kit.box.systemctl("restart", Kit.SERVICE));
            }
            // An invalid jar changes nothing.
            String inode = kit.inodeOfTheJar();
            Files.writeString(kit.box.path("/srv/broken.jar"), "broken");
            assertThat(kit.install("--java", Kit.java(), "--jar", "/srv/broken.jar")
                            .exitCode())
                    .isEqualTo(6);
            assertThat(kit.inodeOfTheJar()).isEqualTo(inode);
            // A newer one is installed by a rename, so that the old JVM still finds its classes at its end.
            Path newer = Files.copy(Path.of(System.getProperty("example.jar")), data.resolve("newer.jar"));
            try (FileSystem jar = FileSystems.newFileSystem(newer)) {
                Files.writeString(jar.getPath("/newer"), "");
            }
            Files.copy(newer, kit.box.path("/srv/newer.jar"));
            Answer upgrade = kit.install("--java", Kit.java(), "--jar", "/srv/newer.jar");
            assertThat(upgrade.output()).contains("restarted with what has changed");
            kit.awaitAnswersAfter(load, upgrade);
            assertThat(kit.inodeOfTheJar()).isNotEqualTo(inode);
        }
        assertThat(load.failures())
                .as(() -> kit.box
                        .enter("journalctl", "-o", "short-precise", "-n", "400", "-u", Kit.SERVICE)
                        .output())
                .isEmpty();
        assertThat(load.answered()).isGreaterThan(400);
        // Everything that was acknowledged is there, exactly once.
        assertThat(api.projects()).isEqualTo(load.created());
        assertThat(kit.show("NRestarts")).isEqualTo("0");
        assertThat(kit.journal()).doesNotContain("NoClassDefFoundError");
    }

    @Test // scenario 84
    @Order(8)
    void aProcessThatStandsStillIsAbortedAndStartedAgain() throws Exception {
        kit.dropIn("WatchdogSec=3");
        kit.controlWell("restart");
        String process = kit.show("MainPID");
        kit.box.systemctl("kill", "--kill-who=main", "--signal=STOP", Kit.SERVICE);
        // A request in the meantime waits for the next process, which answers it.
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
            Kit.within(60).until(() -> !kit.show("MainPID").equals(process));
            try {
                return api.get("/projects");
            } catch (IOException e) {
                return e.toString();
            }
        });
        Kit.within(60)
                .until(() -> kit.show("NRestarts").equals("1")
                        && kit.show("ActiveState").equals("active"));
        assertThat(waiting.get(60, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ");
        assertThat(kit.journal()).contains("Watchdog timeout (limit 3s)!", "Failed with result 'watchdog'");
        kit.controlWell("health");
        kit.dropIn("");
    }

    @Test // scenario 89
    @Order(9)
    void aStopThatHangsIsCutAtItsLimitAndTheJournalNamesTheCulprit() throws Exception {
        kit.settings("[shutdown]\ntimeout_secs = 6\nforce_delay_secs = 3\ngrace_period_secs = 50\n");
        kit.controlWell("restart");
        String job = api.orderJob(60_000);
        Answer stop = kit.control("stop");
        // The drain has 4 of the 6 seconds, and everything must end before the halt.
        assertThat(stop.millis()).as(stop::output).isBetween(3_500L, 12_000L);
        assertThat(stop.exitCode()).as(stop::output).isEqualTo(1);
        assertThat(kit.show("Result")).isEqualTo("exit-code");
        assertThat(kit.control("status").exitCode()).isEqualTo(1);
        assertThat(kit.journal())
                .contains(
                        "Shutdown: half of the time for phase drain is over, 1 unfinished:",
                        "Shutdown: phase drain abandoned 'jobs A'",
                        "job " + job,
                        "IndivisibleHandler.run");

        // TimeoutStopSec= shorter than the settings: systemd kills, and the status says what the process waited for.
        kit.settings("[shutdown]\ntimeout_secs = 30\n");
        kit.dropIn("TimeoutStopSec=4");
        kit.controlWell("start");
        api.orderJob(60_000);
        CompletableFuture<Answer> killed = CompletableFuture.supplyAsync(() -> kit.control("stop"));
        Kit.within(60).until(() -> kit.show("StatusText").startsWith("draining "));
        assertThat(killed.get(60, TimeUnit.SECONDS).millis()).isBetween(3_900L, 25_000L);
        assertThat(kit.show("Result")).isEqualTo("timeout");
        kit.dropIn("");
    }

    @Test
    @Order(10)
    void itIsStoppedForGoodAndRemovedButForWhatIsTheOperators() throws Exception {
        kit.controlWell("start");
        kit.controlWell("stop");
        assertThat(kit.control("status").exitCode()).isEqualTo(3);
        assertThat(kit.control("health").exitCode()).isEqualTo(7);
        assertThat(kit.control("reload").exitCode()).isEqualTo(7);
        // The socket is closed, too: a request does not start it again.
        assertThatThrownBy(() -> api.get("/projects")).isInstanceOf(ConnectException.class);

        kit.controlWell("start");
        Answer uninstall = kit.install("--uninstall");
        assertThat(uninstall.exitCode()).as(uninstall::output).isZero();
        assertThat(kit.box.enter("systemctl", "cat", Kit.SERVICE).exitCode()).isNotZero();
        assertThat(kit.box.path("/usr/local/lib/shutdown-backend")).doesNotExist();
        assertThat(kit.box.path("/etc/shutdown-backend/config.toml")).exists();
        assertThat(kit.box.path("/etc/systemd/system/" + Kit.SOCKET + ".d/port.conf"))
                .as("what the operator has changed")
                .exists();
        assertThat(kit.box.path("/var/lib/shutdown-backend/postgres")).exists();
        assertThat(kit.install("--uninstall").exitCode()).isZero();

        assertThat(kit.install("--uninstall", "--purge").exitCode()).isZero();
        assertThat(kit.box.path("/etc/systemd/system/" + Kit.SOCKET + ".d")).doesNotExist();
        assertThat(kit.box.path("/etc/shutdown-backend")).doesNotExist();
        assertThat(kit.box.path("/var/lib/shutdown-backend")).doesNotExist();
        assertThat(kit.box.enter("getent", "passwd", "shutdown-backend").exitCode())
                .isNotZero();
    }

    @Test
    @Order(11)
    void theJournalShowsEachStep() {
        assertThat(kit.journal())
                .containsSubsequence(
                        "Starting PostgreSQL and Redis",
                        "services: all are ready",
                        "Started shutdown-backend.service",
                        "reload: ended after",
                        "Shutdown: received SIGTERM",
                        "Shutdown report: received SIGTERM",
                        "Stopped shutdown-backend.service",
                        "Watchdog timeout",
                        "Shutdown: phase drain abandoned",
                        "Failed with result 'timeout'",
                        "Deactivated successfully");
    }
}
