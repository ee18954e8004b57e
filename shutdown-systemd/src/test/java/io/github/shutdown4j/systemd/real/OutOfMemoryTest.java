package io.github.shutdown4j.systemd.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The kernel's OOM killer ends a process of a service that exceeds its {@code MemoryMax=}. The units are the backend's, changed
 * as its first lines say, with a drop-in.
 */
class OutOfMemoryTest extends RealSystemd {

    private static final Path KIT = Path.of("../shutdown-examples/backend/deploy/systemd/shutdown-backend.service");

    /** A JVM of these tests needs less than half of it. */
    private static final String LIMIT = "MemoryMax=256M\nMemorySwapMax=0\n";

    private static final String KILLED = "A process of this unit has been killed by the OOM killer";
    private static final String ABRUPT = " ended abruptly";

    @BeforeEach
    void needTheController() {
        String controllers =
                box.enter("cat", "/sys/fs/cgroup/cgroup.controllers").output();
        assumeTrue(
                List.of(controllers.strip().split(" ")).contains("memory"), "needs the memory controller of cgroup v2");
    }

    private static BoxUnit service(String state, String settings, String process, String moment) throws IOException {
        String unit = Files.readString(KIT).replace("\\\n", " ");
        String kept = unit.substring(unit.indexOf("[Service]") + 9, unit.indexOf("[Install]"))
                .lines()
                .filter(line -> !line.startsWith("#") && !line.contains("shutdown-backend"))
                .collect(Collectors.joining("\n"));
        assertThat(kept).contains("Type=notify", "Restart=on-failure", "KillMode=mixed", "SystemCallFilter=");
        return box.service(kept + "\nUser=daemon\nStateDirectory=" + state + "\n" + LIMIT + settings + "\nExecStart="
                + box.java(MemoryService.class, "/var/lib/" + state, process, moment));
    }

    private static void useMemory(String state) throws IOException {
        Files.createFile(box.path("/var/lib/" + state + "/" + MemoryService.GO));
    }

    /** For a unit that systemd restarts. */
    private static void awaitRestart(BoxUnit unit) {
        unit.awaitRestarts(1);
        unit.awaitState("active");
    }

    @Test
    void aServiceContinuesWithoutItsChildIfItsPolicyIsToContinue() throws Exception {
        OperationsTest.assertListed("the OOM killer ends a child", "`OOMPolicy=continue`");
        BoxUnit unit = service("continue", "OOMPolicy=continue", "child", "running");
        unit.start();
        useMemory("continue");
        unit.awaitJournal("the child has ended with 137");
        unit.awaitJournal(KILLED);
        unit.assertEnded("active", "success");
        unit.succeeds("stop");
        unit.assertEnded("inactive", "success");
        assertThat(unit.show("NRestarts")).isEqualTo("0");
    }

    @Test
    void aServiceIsStoppedInOrderAndRestartedAfterTheEndOfItsChildByDefault() throws Exception {
        OperationsTest.assertListed(
                "the OOM killer ends a child", "`OOMPolicy=stop`, the default, stops the main process");
        BoxUnit unit = service("default", "", "child", "running");
        unit.start();
        assertThat(unit.show("OOMPolicy")).isEqualTo("stop");
        useMemory("default");
        awaitRestart(unit);
        assertThat(unit.journal())
                .contains(KILLED, "Shutdown: received SIGTERM", "final save 'state' done", "clean, exit code 0")
                .contains("Failed with result 'oom-kill'")
                .doesNotContain("status=9/KILL", ABRUPT);
        unit.succeeds("stop");
    }

    @Test
    void aServiceIsKilledAtOnceAndRestartedAfterTheEndOfItsChildIfItsPolicyIsToKill() throws Exception {
        OperationsTest.assertListed("the OOM killer ends a child", "`OOMPolicy=kill` kills all");
        BoxUnit unit = service("kill", "OOMPolicy=kill", "child", "running");
        unit.start();
        useMemory("kill");
        awaitRestart(unit);
        assertThat(unit.journal())
                .contains(KILLED, "Failed with result 'oom-kill'", "status=9/KILL", ABRUPT)
                .doesNotContain("Shutdown: received");
        unit.succeeds("stop");
    }

    @Test
    void aChildThatIsKilledDuringTheStopEndsTheStopAtOnceUnlessThePolicyIsToContinue() throws Exception {
        OperationsTest.assertListed("the OOM killer ends a child during a stop", "SIGKILL at once");
        BoxUnit killed = service("during", "", "child", "stopping");
        killed.start();
        killed.stop();
        killed.assertEnded("failed", "oom-kill");
        assertThat(killed.show("ExecMainStatus")).isEqualTo("9");
        assertThat(killed.journal())
                .contains("Shutdown: received SIGTERM", KILLED)
                .doesNotContain("Shutdown: ended");

        BoxUnit stopped = service("after", "OOMPolicy=continue", "child", "stopping");
        stopped.start();
        assertThat(stopped.stop().millis()).isBetween(1_900L, 60_000L);
        stopped.assertEnded("inactive", "success");
        assertThat(stopped.journal()).contains(KILLED, "the child has ended with 137", "Shutdown: ended after");
    }

    @Test
    void aServiceThatExceedsItsMemoryIsRestartedAndLogsHowTheLastRunEnded() throws Exception {
        OperationsTest.assertListed("the OOM killer ends the main process", "`Result=oom-kill` and a restart");
        BoxUnit unit = service("main", "", "main", "running");
        unit.start();
        useMemory("main");
        awaitRestart(unit);
        assertThat(unit.journal())
                .contains(KILLED, "status=9/KILL", "Failed with result 'oom-kill'", "the last run (process ", ABRUPT)
                .doesNotContain("Shutdown: received");
        assertThat(unit.status()).contains("the last run", ABRUPT);
        unit.succeeds("stop");
    }
}
