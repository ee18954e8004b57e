package io.github.shutdown4j.examples.systemd;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.systemd.real.BoxUnit;
import io.github.shutdown4j.systemd.real.SystemdBox;
import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;

/** The packaged service with {@code Type=notify-reload}, as its unit file suggests, which needs systemd 253: on 257. */
@Tag("systemd")
@Timeout(300)
class NotifyReloadUnitTest {

    @Test // scenario 88
    void aReloadReturnsWhenTheSettingsAreInForceAndTellsWhyTheyAreNot() throws Exception {
        try (SystemdBox box = SystemdBox.bootSuite("trixie")) {
            PackagedUnits.copyJar(box);
            int port = FreePort.find();
            String text = PackagedUnits.service("reload");
            assertThat(text).contains("Type=notify\n", "ExecReload=/bin/kill -HUP $MAINPID\n");
            box.unit(
                    "reload.service",
                    text.replace("Type=notify\n", "Type=notify-reload\n")
                            .replace("ExecReload=/bin/kill -HUP $MAINPID\n", ""));
            box.unit("reload.socket", PackagedUnits.socket(port));
            box.systemctl("start", "reload.socket");
            BoxUnit unit = box.named("reload.service");
            unit.start();
            Path settings = box.path("/etc/reload/service.properties");
            try (KeepAliveClient client = new KeepAliveClient(port)) {
                assertThat(client.get("/work?ms=50")).contains("200");

                Files.writeString(settings, "longest_ms=10\n");
                unit.succeeds("reload");
                // At once: the command has waited.
                assertThat(client.get("/work?ms=50")).contains("400");
                assertThat(unit.status()).startsWith("running, reloaded in");

                Files.writeString(settings, "longest_ms=many\n");
                unit.succeeds("reload");
                assertThat(unit.show("ActiveState")).as(unit::story).isEqualTo("active");
                assertThat(unit.status()).startsWith("running, reload failed: settings failed:");
                assertThat(client.get("/work?ms=5")).contains("200");
            }
            unit.succeeds("stop");
            unit.assertEnded("inactive", "success");
        }
    }
}
