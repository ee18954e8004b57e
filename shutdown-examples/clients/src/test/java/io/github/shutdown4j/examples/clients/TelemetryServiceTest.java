package io.github.shutdown4j.examples.clients;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The data that an OTLP receiver has when the program has ended. The exporters' own intervals are longer than the test.
 */
@Timeout(300)
class TelemetryServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    private ChildJvmLauncher program(OtlpReceiver receiver) {
        return program(receiver.port());
    }

    private ChildJvmLauncher program(int port) {
        return jvms.main(TelemetryService.class)
                .quick()
                .env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:" + port)
                .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .env("OTEL_BSP_SCHEDULE_DELAY", "3600000")
                .env("OTEL_METRIC_EXPORT_INTERVAL", "3600000")
                .env("OTEL_LOGS_EXPORTER", "none")
                .env("APP_SHUTDOWN_TIMEOUT_SECS", "90"); // the first export loads many classes, on a loaded machine
    }

    private static void stop(ChildJvm program) {
        program.awaitLine("working", ofSeconds(120));
        program.signal("TERM");
        assertThat(program.awaitExit(ofSeconds(100)))
                .hasExitCode(0)
                .abandonedNothing()
                .tookBetween(ZERO, ofSeconds(90));
    }

    @Test
    void theSdkExportsSpansAndMetersOfTheWholeShutdown() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            stop(program(receiver).start());
            assertThat(receiver.has("handle a message"))
                    .as("a span of the work")
                    .isTrue();
            assertThat(receiver.has("handled")).as("the counter").isTrue();
            assertThat(receiver.has("close the cache"))
                    .as("the span of the release")
                    .isTrue();
        }
    }

    @Test
    void theHookOfTheAgentExportsAfterTheShutdown() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            stop(program(receiver)
                    .jvm("-javaagent:" + System.getProperty("otel.agent"))
                    .args("agent")
                    .start());
            assertThat(receiver.has("handle a message"))
                    .as("a span of the work")
                    .isTrue();
            assertThat(receiver.has("close the cache"))
                    .as("the span of the release")
                    .isTrue();
        }
    }

    private ChildJvm sidecar(OtlpReceiver receiver) {
        return jvms.main(Sidecar.class)
                .quick()
                .args(Integer.toString(receiver.port()))
                .start();
    }

    /** The port of the sidecar, which the program takes for the receiver. */
    private static int port(ChildJvm sidecar) {
        String listening = sidecar.awaitLine("listening on ", ofSeconds(60)).text();
        return Integer.parseInt(listening.substring("listening on ".length()));
    }

    @Test
    @DisplayName("scenario 77: a sidecar that is stopped after the program passes the last telemetry on")
    void theLastTelemetryPassesASidecarThatIsStoppedLater() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            ChildJvm sidecar = sidecar(receiver);
            stop(program(port(sidecar)).start());
            assertThat(receiver.has("close the cache"))
                    .as("the span of the release")
                    .isTrue();
            assertThat(sidecar.isAlive()).isTrue();
            assertThat(sidecar.signal("TERM").awaitExit()).hasExitCode(143);
        }
    }

    @Test
    @DisplayName("scenario 77, control: a sidecar that is stopped first costs the telemetry and its limit, not more")
    void aSidecarThatIsStoppedFirstCostsTheTelemetryOnly() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            ChildJvm sidecar = sidecar(receiver);
            ChildJvm program = program(port(sidecar)).start();
            program.awaitLine("working", ofSeconds(120));
            assertThat(sidecar.signal("TERM").awaitExit()).hasExitCode(143);
            program.signal("TERM");
            assertThat(program.awaitExit(ofSeconds(100)))
                    .hasExitCode(1)
                    .completed("work", "cache")
                    .printed("the last telemetry was not exported")
                    .tookBetween(ZERO, ofSeconds(90));
            assertThat(receiver.has("close the cache"))
                    .as("the span of the release")
                    .isFalse();
        }
    }
}
