package io.github.shutdown4j.systemd;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A process that can create no more threads. */
@EnabledIf(value = "isLinuxWithPagesOf4096", disabledReason = "needs Linux on amd64")
class NoThreadsTest {

    static boolean isLinuxWithPagesOf4096() {
        return System.getProperty("os.name", "").startsWith("Linux")
                && System.getProperty("os.arch", "").equals("amd64");
    }

    @Test
    void systemdIsStillNotifiedAndExpectsNoHeartbeats(@TempDir Path directory) throws Exception {
        Path address = directory.resolve("notify");
        Path log = directory.resolve("log");
        try (ManagerStub manager = ManagerStub.at(address)) {
            ProcessBuilder command = SystemdNotifier.hideFrom(new ProcessBuilder(new ChildJvm()
                    .option("-XX:ThreadStackSize=262144", "-XX:+UseSerialGC", "-Xmx64m")
                    .command(NoThreadsProgram.class)));
            command.environment().putAll(Map.of("NOTIFY_SOCKET", address.toString(), "WATCHDOG_USEC", "60000000"));
            Process child = command.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                Awaitility.await()
                        .atMost(ManagerStub.PATIENCE)
                        .until(() -> !child.isAlive() || manager.texts().contains("EXTEND_TIMEOUT_USEC=400000"));
                child.getOutputStream().close();
                assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(child.exitValue()).as(Files.readString(log)).isZero();
            } finally {
                child.destroyForcibly().waitFor();
            }
            String stopping = "STATUS=shutting down: requested by the test";
            assertThat(manager.texts())
                    .containsSubsequence(
                            "READY=1\nSTATUS=running",
                            "WATCHDOG_USEC=0",
                            "STOPPING=1\nEXTEND_TIMEOUT_USEC=3000000\n" + stopping,
                            "READY=1\nWATCHDOG_USEC=0\nSTATUS=running",
                            "STOPPING=1\nEXTEND_TIMEOUT_USEC=400000\n" + stopping,
                            "EXTEND_TIMEOUT_USEC=400000")
                    .doesNotContain("WATCHDOG=1");
            assertThat(Files.readString(log))
                    .contains("cannot create a thread for the watchdog, the watchdog is disabled");
        }
    }
}
