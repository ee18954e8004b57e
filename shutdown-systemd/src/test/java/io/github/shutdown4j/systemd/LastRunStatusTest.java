package io.github.shutdown4j.systemd;

import java.nio.file.Path;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code systemctl status} shows at the start of a service that its last run ended abruptly. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class LastRunStatusTest {

    @TempDir
    Path directory;

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    private ChildJvm start(Path socket) {
        ChildJvmLauncher launcher = jvms.main(LastRunService.class)
                .quick()
                .env("NOTIFY_SOCKET", socket.toString())
                .args(directory.resolve("state.json").toString());
        if (Runtime.version().feature() >= 22) {
            launcher.jvm("--enable-native-access=ALL-UNNAMED");
        }
        return launcher.start();
    }

    private static List<String> ready(ManagerStub manager) {
        return manager.texts().stream()
                .filter(text -> text.startsWith("READY=1"))
                .toList();
    }

    @Test
    void theStatusThatGoesWithReadyTellsOfAKilledRunAndOfNoOther() throws Exception {
        Path socket = directory.resolve("notify");
        try (ManagerStub manager = ManagerStub.at(socket)) {
            ChildJvm killed = start(socket);
            manager.awaitText("READY=1");
            killed.signal("KILL").awaitExit();

            ChildJvm afterKill = start(socket);
            manager.awaitText("the last run");
            assertThat(afterKill.signal("TERM").awaitExit().code()).isZero();
            manager.awaitText("ended cleanly");

            ChildJvm afterCleanEnd = start(socket);
            Awaitility.await()
                    .atMost(ManagerStub.PATIENCE)
                    .until(() -> ready(manager).size() == 3);
            assertThat(afterCleanEnd.signal("TERM").awaitExit().code()).isZero();

            List<String> ready = ready(manager);
            assertThat(ready).hasSize(3);
            assertThat(ready.get(0)).isEqualTo("READY=1\nSTATUS=running");
            assertThat(ready.get(1))
                    .matches("READY=1\nSTATUS=running; the last run \\(process " + killed.pid()
                            + ", started \\S+Z\\) ended abruptly, last active at \\S+Z");
            assertThat(ready.get(2)).isEqualTo("READY=1\nSTATUS=running");
        }
    }
}
