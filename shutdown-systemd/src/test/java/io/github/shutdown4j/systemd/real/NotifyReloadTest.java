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

    private static BoxUnit start(String... options) throws Exception {
        BoxUnit unit = box.service("Type=notify-reload\nExecStart=" + box.java(UnitService.class, options));
        unit.start();
        return unit;
    }

    private static void stop(BoxUnit unit) {
        unit.succeeds("stop");
        unit.assertEnded("inactive", "success");
    }

    @Test // scenario 88
    void reloadWaitsUntilItIsDone() throws Exception {
        BoxUnit unit = start("reload=1200");
        for (int i = 0; i < 2; i++) {
            assertThat(unit.succeeds("reload").millis()).isBetween(1200L, 60_000L);
            assertThat(unit.show("ActiveState")).as(unit::story).isEqualTo("active");
            assertThat(unit.status()).startsWith("running, reloaded in");
        }
        stop(unit);
    }

    @Test // scenario 88
    void aReloadThatFailsEndsTooAndTellsWhy() throws Exception {
        BoxUnit unit = start("reload=300", "reload-fails=yes");
        unit.succeeds("reload");
        assertThat(unit.show("ActiveState")).as(unit::story).isEqualTo("active");
        assertThat(unit.status()).contains("reload failed: limits failed");
        stop(unit);
    }

    @Test
    void aSlowReloadGetsMoreTimeWithEachSubscriber() throws Exception {
        // Twice three seconds in a unit that allows four.
        BoxUnit unit = box.service("Type=notify-reload\nTimeoutStartSec=4\nExecStart="
                + box.java(UnitService.class, "reload=3000", "reloads=2", "reload-extension=5000"));
        unit.start();
        assertThat(unit.succeeds("reload").millis()).isBetween(6000L, 60_000L);
        assertThat(unit.status()).startsWith("running, reloaded in");
        assertThat(unit.journal()).doesNotContain("timed out");
        stop(unit);
    }

    @Test
    void aReloadWithoutAHandlerEndsTheService() throws Exception {
        OperationsTest.assertListed("`Type=notify-reload` without a SIGHUP handler", "ends the service with 129");
        BoxUnit unit = box.service("Type=notify-reload\nExecStart=" + box.java(DescriptorService.class));
        unit.start();
        box.systemctl("reload", unit.name());
        unit.awaitEnd("failed", "exit-code");
        assertThat(unit.show("ExecMainStatus")).isEqualTo("129");
    }
}
