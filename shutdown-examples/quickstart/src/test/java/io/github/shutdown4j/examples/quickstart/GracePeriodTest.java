package io.github.shutdown4j.examples.quickstart;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** A kubelet waits for preStop, sends SIGTERM, and kills when the grace period, which began before preStop, is over. */
@Timeout(300)
class GracePeriodTest {

    private static final Duration PRE_STOP = ofSeconds(3);

    /** More than the limits below need, for a stalled machine. */
    private static final Duration LONG_GRACE = ofSeconds(50);

    private static final Duration SHORT_GRACE = ofSeconds(10);

    private static final String WARNING = "but the platform kills the process ";

    @TempDir
    private Path directory;

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    @Test
    @DisplayName("scenario 71: a request that never ends leaves time to save and to close before the kill")
    void limitsWithinTheRestOfTheGracePeriodAreKept() throws Exception {
        ChildExit exit = end(
                LONG_GRACE,
                Map.of(
                        "APP_SHUTDOWN_GRACE_PERIOD_SECS", seconds(LONG_GRACE.minus(PRE_STOP)),
                        "APP_SHUTDOWN_TIMEOUT_SECS", "8",
                        "APP_SHUTDOWN_FORCE_DELAY_SECS", "30"));
        assertThat(exit)
                .hasExitCode(1)
                .tookBetween(PRE_STOP.plusSeconds(3), LONG_GRACE)
                .ranPhasesInOrder()
                .completed("http server", "state.json")
                .printed("1 abandoned")
                .didNotPrint(WARNING);
    }

    @Test
    @DisplayName("scenario 71: with a delay that the grace period has no room for, the start warns and the kill comes")
    void limitsBeyondTheRestOfTheGracePeriodAreWarnedOf() throws Exception {
        ChildExit exit = end(
                SHORT_GRACE,
                Map.of(
                        "APP_SHUTDOWN_GRACE_PERIOD_SECS", seconds(SHORT_GRACE.minus(PRE_STOP)),
                        "APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "10",
                        "APP_SHUTDOWN_TIMEOUT_SECS", "40"));
        assertThat(exit)
                .hasExitCode(137)
                .tookBetween(SHORT_GRACE, ofSeconds(60))
                .printed(WARNING + "7 s after the request");
        assertThat(exit.report()).isEmpty();
    }

    /** Ends a process as a kubelet does, with a request in flight that takes longer than all limits. */
    private ChildExit end(Duration grace, Map<String, String> settings) throws Exception {
        try (QuickstartProcess app = new QuickstartProcess(jvms, directory, settings).awaitReady()) {
            CompletableFuture<HttpResponse<String>> endless = app.getAsync("/work?ms=80000");
            app.awaitInFlight(1);
            app.sh("sleep " + PRE_STOP.toSeconds() + "; kill -TERM $pid; polls="
                    + grace.minus(PRE_STOP).toMillis() / 100
                    + "; while kill -0 $pid 2>/dev/null; do polls=$((polls - 1));"
                    + " [ $polls -ge 0 ] || kill -KILL $pid; sleep 0.1; done");
            ChildExit exit = app.awaitExit();
            assertThat(endless).failsWithin(ofSeconds(60));
            return exit;
        }
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }
}
