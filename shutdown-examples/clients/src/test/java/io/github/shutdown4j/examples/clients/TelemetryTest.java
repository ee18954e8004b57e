package io.github.shutdown4j.examples.clients;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(120)
class TelemetryTest {

    /** Records the names of exported spans; the processor before it waits an hour unless it is flushed. */
    private static final class Exporter implements SpanExporter {

        private final List<String> exported = new CopyOnWriteArrayList<>();
        private CompletableResultCode result = CompletableResultCode.ofSuccess();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            spans.forEach(span -> exported.add(span.getName()));
            return result;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return result;
        }
    }

    /** Reached only by a test that fails anyway. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Exporter exporter = new Exporter();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                            .setScheduleDelay(Duration.ofHours(1))
                            .build())
                    .build())
            .build();

    /** The outcome of the step of the telemetry. */
    private Outcome end(Duration limit) throws InterruptedException {
        Tracer tracer = sdk.getTracer("test");
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        coordinator.resources().register(Telemetry.resource(sdk, limit));
        coordinator.resources().register(Resource.of("cache", () -> tracer.spanBuilder("close the cache")
                .startSpan()
                .end()));
        tracer.spanBuilder("a request").startSpan().end();
        coordinator.start();
        coordinator.shutdown("the test");
        List<Outcome> outcomes = coordinator.await().phases().stream()
                .flatMap(phase -> phase.steps().stream())
                .filter(step -> step.name().equals("telemetry"))
                .map(StepResult::outcome)
                .toList();
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    @Test
    void spansOfTheReleaseAreExported() throws Exception {
        assertThat(end(LIMIT)).isEqualTo(Outcome.DONE);
        assertThat(exporter.exported).containsExactly("a request", "close the cache");
    }

    @Test
    void anExporterThatFailsIsInTheReport() throws Exception {
        exporter.result = CompletableResultCode.ofFailure();
        assertThat(end(LIMIT)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void anExporterThatHangsHasALimit() throws Exception {
        exporter.result = new CompletableResultCode(); // which is never completed
        Duration limit = Duration.ofMillis(300);
        long begin = System.nanoTime();
        assertThat(end(limit)).isEqualTo(Outcome.FAILED);
        // The upper bound is that of the step, which would have timed out.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(limit, Duration.ofSeconds(10));
    }
}
