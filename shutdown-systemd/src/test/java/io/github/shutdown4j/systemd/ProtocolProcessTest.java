package io.github.shutdown4j.systemd;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole protocol of a separate process, from its start to its end by SIGTERM, as the manager receives it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class ProtocolProcessTest {

    @TempDir
    Path directory;

    @Test // scenario 79
    void eachDatagramFromTheStartToTheEndIsTheOneExpected() throws Exception {
        Path address = directory.resolve("notify");
        Path log = directory.resolve("log");
        try (ManagerStub manager = ManagerStub.at(address)) {
            ProcessBuilder command =
                    SystemdNotifier.hideFrom(new ProcessBuilder(new ChildJvm().command(ProtocolProgram.class)));
            // So long a limit that only the first and the last heartbeat are due.
            command.environment().putAll(Map.of("NOTIFY_SOCKET", address.toString(), "WATCHDOG_USEC", "3600000000"));
            Process child = command.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            List<ManagerStub.Datagram> before;
            try {
                awaitLast(manager, "WATCHDOG=1");
                before = manager.received();
                child.destroy(); // SIGTERM
                assertThat(child.waitFor(60, TimeUnit.SECONDS))
                        .as(Files.readString(log))
                        .isTrue();
            } finally {
                child.destroyForcibly().waitFor();
            }
            assertThat(child.exitValue()).as(Files.readString(log)).isZero();
            manager.awaitText("STATUS=ended");
            awaitLast(manager, "WATCHDOG=1");
            List<ManagerStub.Datagram> all = manager.received();

            assertThat(all).allSatisfy(datagram -> {
                assertThat(datagram.pid()).isEqualTo((int) child.pid());
                assertThat(datagram.bytes()).isEqualTo(datagram.text().getBytes(StandardCharsets.UTF_8));
                assertThat(datagram.descriptors()).hasSize(datagram.has("FDSTORE=1") ? 1 : 0);
                datagram.descriptors().forEach(LibC::close);
            });
            // On a slow machine a phase may take so long that its progress is sent.
            assertThat(all)
                    .filteredOn(
                            datagram -> !datagram.text().matches("STATUS=(stopping|draining|saving|releasing) .* left"))
                    .extracting(datagram -> datagram.text().replaceAll(" in [0-9.,]+ m?s", " in TIME"))
                    .containsExactly(
                            "FDSTORE=1\nFDNAME=cache",
                            "STATUS=waiting for http",
                            "READY=1\nSTATUS=running",
                            "WATCHDOG=1",
                            "STOPPING=1\nEXTEND_TIMEOUT_USEC=240000000\nSTATUS=shutting down: received SIGTERM",
                            "EXTEND_TIMEOUT_USEC=240000000\nSTATUS=ended cleanly in TIME, exit code 0: received SIGTERM",
                            "WATCHDOG=1");
            assertThat(before).hasSize(4);
        }
    }

    private static void awaitLast(ManagerStub manager, String text) {
        Awaitility.await()
                .atMost(ManagerStub.PATIENCE)
                .until(() -> !manager.texts().isEmpty()
                        && manager.texts().get(manager.texts().size() - 1).equals(text));
    }
}
