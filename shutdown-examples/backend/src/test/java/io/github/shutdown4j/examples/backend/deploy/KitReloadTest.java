package io.github.shutdown4j.examples.backend.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.systemd.real.Answer;
import io.github.shutdown4j.systemd.real.SystemdBox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The kit where systemd has {@code notify-reload}: Debian 13's 257. */
@Tag("systemd")
@Timeout(180)
class KitReloadTest {

    @Test // scenario 88
    void theServiceIsHardenedAndAReloadIsWaitedFor() throws Exception {
        try (Kit kit = new Kit(SystemdBox.bootSuite("trixie"))) {
            kit.installWell();
            assertThat(kit.show("Type")).isEqualTo("notify-reload");
            Answer verify = kit.box.enter("systemd-analyze", "verify", Kit.SERVICE, Kit.SOCKET);
            assertThat(verify.exitCode()).as(verify::output).isZero();
            assertThat(kit.exposure()).isLessThanOrEqualTo(2.0);
            assertThat(kit.control("health").exitCode()).isZero();

            Path settings = kit.box.path("/etc/shutdown-backend/config.toml");
            Files.writeString(settings, Files.readString(settings) + "\n[log]\nlevel = \"debug\"\n");
            Answer reload = kit.box.systemctl("reload", Kit.SERVICE);
            assertThat(reload.exitCode()).as(reload::output).isZero();
            // At once: the command has waited for it.
            assertThat(kit.show("StatusText")).startsWith("running, reloaded in");
            assertThat(kit.show("ActiveState")).isEqualTo("active");

            // Both are right, and yet the operator has to know.
            Files.writeString(
                    settings, Files.readString(settings).replace("\ntimeout_secs = 30", "\ntimeout_secs = 60"));
            assertThat(kit.controlWell("reload").output())
                    .contains("warning: the shutdown may take 60 s, but the platform kills the process 50 s")
                    .contains("these settings count from the next start only: shutdown.timeout_secs")
                    .contains("to use them: shutdown-backendctl restart");

            Path environment = kit.box.path("/etc/shutdown-backend/environment");
            String before = Files.readString(environment);
            Files.writeString(environment, before + "DATABASE_URL=postgresql://u:p@localhost:1/none\n");
            assertThat(kit.control("restart").exitCode()).isEqualTo(1);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> { // not while it tries once more
                                Answer status = kit.control("status");
                                assertThat(status.exitCode()).as(status::output).isEqualTo(1);
                                assertThat(status.output())
                                        .contains(
                                                "cannot start: the database does not answer",
                                                "systemd keeps restarting it");
                            });
            Files.writeString(environment, before);

            Answer stop = kit.control("stop");
            assertThat(stop.exitCode()).as(stop::output).isZero();
            assertThat(kit.install("--uninstall", "--purge").exitCode()).isZero();
        }
    }
}
