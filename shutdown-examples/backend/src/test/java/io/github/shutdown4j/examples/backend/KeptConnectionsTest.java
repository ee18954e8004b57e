package io.github.shutdown4j.examples.backend;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.KeptAndNewLoad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stops under about 300 requests a second, by clients that keep their connections and by others that do not; two of them,
 * with {@code -Dstops=10} ten.
 */
@Timeout(600)
class KeptConnectionsTest {

    @TempDir
    private Path folder;

    @Test
    void noKeptConnectionIsCutAndHardlyANewOne() throws Exception {
        int stops = Integer.getInteger("stops", 2);
        List<KeptAndNewLoad.Cut> cuts = new ArrayList<>();
        long answered = 0;
        for (int i = 0; i < stops; i++) {
            Map<String, String> environment = new HashMap<>(BackendProcess.testServers());
            environment.put("APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "1");
            try (BackendProcess backend = new BackendProcess(folder, environment).awaitReady()) {
                KeptAndNewLoad load = KeptAndNewLoad.start(backend.port(), "/projects?limit=1", "/stats");
                await().until(() -> load.answered() > 150 && load.slowAnswered() > 0);
                backend.signal("TERM");
                load.awaitEnd();
                backend.awaitExit(0);
                assertThat(load.unexpected()).isEmpty();
                cuts.addAll(load.cuts());
                answered += load.answered();
            }
        }
        long kept = cuts.stream().filter(KeptAndNewLoad.Cut::kept).count();
        System.out.println(stops + " stops, " + answered + " answered, cut on kept connections " + kept
                + ", on new ones " + (cuts.size() - kept));
        assertThat(kept).as("cut on kept connections: %s", cuts).isZero();
        // The system still completes a connection between the last look into the queue and the close of the port, and
        // resets it. In a few stops that may be one each, in many it is rare.
        assertThat(cuts.size() - kept)
                .as("cut on new connections: %s", cuts)
                .isLessThanOrEqualTo(stops < 10 ? stops : stops / 5);
    }
}
