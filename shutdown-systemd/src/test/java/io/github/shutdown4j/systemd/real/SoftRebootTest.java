package io.github.shutdown4j.systemd.real;

import java.nio.file.Files;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code systemctl soft-reboot}, which needs systemd 254: on Debian 13's 257, in a box of its own. */
@Tag("systemd")
class SoftRebootTest {

    /** Mounts below it are not unmounted; a soft-reboot unmounts all others. */
    private static final String KEPT = "/run/host/jvm";

    @Test
    void aServiceEndsAsAtARebootAndHasItsStateWhenItStartsAgain() throws Exception {
        OperationsTest.assertListed("soft-reboot", "stopped with all of its time and started again");
        try (SystemdBox box = SystemdBox.bootSuite("trixie")) {
            keepJava(box);
            String java = box.java(ChildService.class, "/var/lib/counted.json", "normal")
                    .replace(System.getProperty("java.home"), KEPT);
            // 40 requests of 50 ms: longer than TimeoutStopSec=, unless the service asks for more.
            box.unit(
                    "counted.service",
                    "[Service]\nType=notify\nKillMode=mixed\nTimeoutStopSec=1\nTimeoutStartSec=60\nExecStart=" + java
                            + "\n");
            box.systemctl("set-default", "box.target");
            BoxUnit unit = box.named("counted.service");
            unit.start();
            String first = unit.show("InvocationID");

            assertThat(box.systemctl("soft-reboot").exitCode()).isZero();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> box.systemctl(
                            "show", "-P", "SoftRebootsCount")
                    .output()
                    .strip()
                    .equals("1"));
            unit.awaitState("active");
            assertThat(unit.show("InvocationID")).as(unit::story).isNotEqualTo(first);
            unit.awaitJournal("loaded " + ChildService.REQUESTS);
            assertThat(unit.journal())
                    .contains("loaded 0", "drained, the pipe is whole", "Shutdown: ended")
                    // KillMode=mixed: the child that reads the pipe may be killed in the moment in which it ends.
                    .doesNotContain("(java) with signal SIGKILL", "not clean");
        }
    }

    /** Debian's Java has its configuration in /etc, behind links. */
    private static void keepJava(SystemdBox box) throws Exception {
        Files.createDirectories(box.path(KEPT + "/bin").getParent());
        String home = System.getProperty("java.home");
        Answer kept = box.enter(
                "bash",
                "-ec",
                "mount --rbind " + home + " " + KEPT + "; shopt -s nullglob; for etc in /etc/java-*; do"
                        + " cp -a $etc /run/java-etc; umount $etc; cp -a /run/java-etc/. $etc; rm -r /run/java-etc; done");
        assertThat(kept.exitCode()).as(kept.output()).isZero();
    }
}
