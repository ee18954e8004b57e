package io.github.shutdown4j.systemd.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Operations of systemd have the effects that docs/systemd.md lists. */
class OperationsTest extends RealSystemd {

    static void assertListed(String operation, String effect) throws IOException {
        assertThat(Files.readString(Path.of("../docs/systemd.md")).lines())
                .anyMatch(line -> line.startsWith("| " + operation) && line.contains(effect));
    }

    private static void letPass(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }

    @Test
    void aStopKeepsItsExtensionsOverADaemonReloadAndLosesThemAtADaemonReexec() throws Exception {
        assertListed("`systemctl daemon-reload`", "keeps its extensions");
        assertListed("`systemctl daemon-reexec` during a stop", "extensions are lost");
        BoxUnit reloaded = service("TimeoutStopSec=3", "drain=4500");
        reloaded.start();
        CompletableFuture<Answer> stop = CompletableFuture.supplyAsync(reloaded::stop);
        reloaded.awaitStatus("draining ");
        assertThat(box.systemctl("daemon-reload").exitCode()).isZero();
        assertThat(stop.get(60, TimeUnit.SECONDS).millis()).as(reloaded::story).isBetween(4400L, 30_000L);
        reloaded.assertEnded("inactive", "success");

        BoxUnit reexecuted = service("TimeoutStopSec=3", "drain=30000", "extension=20000");
        reexecuted.start();
        box.systemctl("stop", "--no-block", reexecuted.name());
        letPass(Duration.ofSeconds(4)); // beyond TimeoutStopSec=
        assertThat(reexecuted.show("ActiveState")).isEqualTo("deactivating");
        // The next extension comes ten seconds after the first.
        assertThat(box.systemctl("daemon-reexec").exitCode()).isZero();
        reexecuted.awaitEnd("failed", "timeout");
    }

    @Test
    void aRunThatIsEndedByRuntimeMaxSecIsATimeoutAlthoughItsExitIsClean() throws Exception {
        assertListed("`RuntimeMaxSec=`", "`Result=timeout`");
        BoxUnit unit = service("RuntimeMaxSec=2");
        unit.succeeds("start");
        unit.awaitResult("timeout");
        unit.awaitEnd("failed", "timeout");
        assertThat(unit.show("ExecMainStatus")).isEqualTo("0");
        assertThat(unit.status()).startsWith("ended cleanly in");
    }
}
