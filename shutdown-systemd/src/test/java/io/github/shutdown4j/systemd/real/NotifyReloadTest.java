package io.github.shutdown4j.systemd.real;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code Type=notify-reload}, which needs systemd 253: on Debian 13's 257. */
@Tag("systemd")
class NotifyReloadTest {

    private static SystemdBox box;

    @BeforeAll
    static void boot() throws Exception {
        box = SystemdBox.bootSuite("trixie");
    }

    @AfterAll
    static void end() throws Exception {
        if (box != null) {
            box.close();
        }
    }

    private static String start(String name, String... options) throws Exception {
        box.unit(
                name,
                "[Service]\nType=notify-reload\nTimeoutStartSec=10\nExecStart=" + box.java(UnitService.class, options)
                        + "\n");
        SystemdBox.Answer answer = box.systemctl("start", name);
        assertThat(answer.exitCode()).as(() -> answer + box.journal(name)).isZero();
        return name;
    }

    private static void stop(String unit) {
        box.systemctl("stop", unit);
        assertThat(box.show(unit, "ActiveState")).isEqualTo("inactive");
        assertThat(box.show(unit, "Result")).isEqualTo("success");
    }

    @Test // scenario 88
    void reloadWaitsUntilItIsDone() throws Exception {
        String unit = start("reload.service", "reload=1200");
        for (int i = 0; i < 2; i++) {
            SystemdBox.Answer reload = box.systemctl("reload", unit);
            assertThat(reload.exitCode()).as(reload::output).isZero();
            assertThat(reload.millis()).isBetween(1200L, 5000L);
            assertThat(box.show(unit, "ActiveState")).isEqualTo("active");
            assertThat(box.show(unit, "StatusText")).startsWith("running, reloaded in");
        }
        stop(unit);
    }

    @Test // scenario 88
    void aReloadThatFailsEndsTooAndTellsWhy() throws Exception {
        String unit = start("bad-reload.service", "reload=300", "reload-fails=yes");
        SystemdBox.Answer reload = box.systemctl("reload", unit);
        assertThat(reload.exitCode()).as(reload::output).isZero();
        assertThat(box.show(unit, "ActiveState")).isEqualTo("active");
        assertThat(box.show(unit, "StatusText")).contains("reload failed: limits failed");
        stop(unit);
    }
}
