package io.github.shutdown4j.examples.backend.deploy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.systemd.real.Answer;
import io.github.shutdown4j.systemd.real.SystemdBox;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is in the way of an installation is named, and nothing is done by half. Each test continues where the one before has
 * stopped; no service is started.
 */
@Tag("systemd")
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ObstaclesTest {

    private static final String LIBRARY = "/usr/local/lib/shutdown-backend";

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

    private static void assertRefused(Answer answer, int exitCode, String... parts) throws Exception {
        assertThat(answer.exitCode()).as(answer::output).isEqualTo(exitCode);
        assertThat(answer.output()).startsWith("install-systemd-service: ").contains(parts);
        assertThat(kit.box.path(LIBRARY)).doesNotExist();
        assertThat(kit.box.enter("getent", "passwd", "shutdown-backend").exitCode())
                .isNotZero();
    }

    /** With this directory on a file system that is read-only, as where it comes from an image. */
    private static Answer withReadOnly(String directory, String... arguments) {
        String command = "mount --rbind " + directory + " " + directory + " && mount -o remount,bind,ro " + directory
                + " && exec " + Kit.HOME + "/install-systemd-service.sh " + String.join(" ", arguments);
        return kit.box.enter("unshare", "--mount", "sh", "-c", command);
    }

    @Test
    @Order(1)
    void aFileSystemThatIsReadOnlyIsNamed() throws Exception {
        assertRefused(
                withReadOnly("/usr", "--java", Kit.java()),
                1,
                "/usr/local/",
                "cannot be written",
                "nothing was changed");
        assertRefused(
                withReadOnly("/etc", "--java", Kit.java()), 1, "/etc", "cannot be written", "nothing was changed");
    }

    @Test
    @Order(2)
    void aUnitOfThisNameThatIsSomebodyElsesStays() throws Exception {
        Path unit = kit.box.path("/etc/systemd/system/" + Kit.SERVICE);
        Files.writeString(unit, "[Service]\nExecStart=/bin/sleep 9\n");
        assertRefused(kit.install("--java", Kit.java()), 1, "/etc/systemd/system/" + Kit.SERVICE, "not of this kit");
        assertThat(unit).content().contains("/bin/sleep 9");
        Files.delete(unit);
    }

    @Test
    @Order(3)
    void aJavaWhosePathTheUnitCannotHoldIsRefused() throws Exception {
        kit.box.enter("mkdir", "-p", "/opt/my jdk/bin");
        kit.box.enter("ln", "-s", Kit.java(), "/opt/my jdk/bin/java");
        assertRefused(kit.install("--java", "/opt/my jdk/bin/java"), 5, "/opt/my jdk/bin/java: ", "without blanks");
    }

    @Test
    @Order(4)
    void aGroupOfThisNameBecomesTheUsersAndWhatAKilledInstallationLeftIsRemoved() {
        kit.box.enter("groupadd", "--system", "shutdown-backend");
        kit.box.enter("mkdir", "/usr/local/lib/.shutdown-backend.aBcDeF");
        Answer install = kit.install("--java", Kit.java(), "--no-start");
        assertThat(install.exitCode()).as(install::output).isZero();
        assertThat(kit.box.enter("id", "-gn", "shutdown-backend").output()).isEqualTo("shutdown-backend\n");
        assertThat(kit.box.enter("ls", "-A", "/usr/local/lib").output())
                .contains("shutdown-backend")
                .doesNotContain(".shutdown-backend.");
    }

    @Test
    @Order(5)
    void aPortThatIsTakenIsNamedByStartAndStatus() throws Exception {
        try (ServerSocket taken = new ServerSocket(kit.port, 1, InetAddress.getLoopbackAddress())) {
            Answer start = kit.control("start");
            assertThat(start.exitCode()).as(start::output).isEqualTo(1);
            assertThat(start.output()).contains(":" + taken.getLocalPort(), "Address already in use");
        }
        Answer status = kit.control("status");
        assertThat(status.exitCode()).as(status::output).isEqualTo(3);
        assertThat(status.output()).contains(Kit.SOCKET + " has failed", "ss -ltnp");
    }

    @Test
    @Order(6)
    void aFullDiskLeavesWhatWasThereAndNothingElse() throws Exception {
        long size = Files.size(kit.box.path(LIBRARY + "/backend.jar"));
        kit.box.enter("sh", "-c", "{ cat " + LIBRARY + "/backend.jar; echo; } >/srv/newer.jar");
        // Room for the old one and half of the new one.
        String command = "mkdir /run/small && mount -t tmpfs -o mode=755,size=" + (size + size / 2)
                + " small /run/small"
                + " && cp -a " + LIBRARY + "/. /run/small/ && mount --bind /run/small " + LIBRARY + " && exec "
                + Kit.HOME + "/install-systemd-service.sh --java " + Kit.java() + " --jar /srv/newer.jar --no-start";
        kit.box.enter("rm", "/etc/shutdown-backend/config.toml"); // so that there is nothing to check
        Answer full = kit.box.enter("sh", "-c", command);
        assertThat(full.exitCode()).as(full::output).isEqualTo(1);
        assertThat(full.output()).contains("No space left on device", "not finished, because of what is above");
        assertThat(kit.box.enter("ls", "-A", LIBRARY).output())
                .contains("backend.jar")
                .doesNotContain(".part");
        assertThat(Files.size(kit.box.path(LIBRARY + "/backend.jar"))).isEqualTo(size);

        kit.box.enter("umount", LIBRARY);
        Answer again = kit.install("--java", Kit.java(), "--jar", "/srv/newer.jar", "--no-start");
        assertThat(again.exitCode()).as(again::output).isZero();
        assertThat(Files.size(kit.box.path(LIBRARY + "/backend.jar"))).isEqualTo(size + 1);
    }

    @Test
    @Order(7)
    void anUninstallationOfOneInstanceIsRefusedBecauseItWouldRemoveAll() throws Exception {
        for (String[] contradicting :
                new String[][] {{"--instances", "1"}, {"--jar", "/srv/newer.jar"}, {"--no-start"}}) {
            List<String> arguments = new ArrayList<>(List.of(contradicting));
            arguments.add("--uninstall");
            Answer refused = kit.install(arguments.toArray(String[]::new));
            assertThat(refused.exitCode()).as(refused::output).isEqualTo(2);
            assertThat(refused.output()).contains("only --purge and --dry-run", "nothing was changed");
        }
        assertThat(kit.box.path(LIBRARY + "/backend.jar")).exists();
    }

    @Test
    @Order(8)
    void anUninstallationThatCannotRemoveTheFilesStopsBeforeTheFirst() throws Exception {
        Answer refused = withReadOnly("/usr", "--uninstall");
        assertThat(refused.exitCode()).as(refused::output).isEqualTo(1);
        assertThat(refused.output()).contains("cannot be written", "nothing was changed");
        assertThat(kit.box.path("/etc/systemd/system/" + Kit.SERVICE)).exists();
        // An instance that is masked is not forgotten.
        String wanted = "/etc/systemd/system/multi-user.target.wants/shutdown-backend@2.service";
        kit.box.enter("ln", "-s", "/etc/systemd/system/shutdown-backend@.service", wanted);
        assertThat(kit.box.systemctl("mask", "shutdown-backend@2.service").exitCode())
                .isZero();
        assertThat(kit.install("--uninstall", "--purge").exitCode()).isZero();
        assertThat(kit.box
                        .enter("find", "/etc/systemd/system", "-name", "shutdown-backend*")
                        .output())
                .isEmpty();
    }
}
