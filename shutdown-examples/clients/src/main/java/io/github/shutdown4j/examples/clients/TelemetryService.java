package io.github.shutdown4j.examples.clients;

import java.time.Duration;
import java.util.List;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.ServiceContext;

/**
 * A program that is traced, by the SDK or, if its first argument is "agent", by the Java agent. The variables of
 * OpenTelemetry, such as OTEL_EXPORTER_OTLP_ENDPOINT, define where the telemetry goes.
 */
public final class TelemetryService {

    private TelemetryService() {}

    public static void main(String[] args) throws InterruptedException {
        ShutdownConfig config = ShutdownConfig.fromEnvironment();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(config)
                .service("work", TelemetryService::work)
                .resource(Resource.of("cache", TelemetryService::closeCache))
                .onFinished(report -> System.out.println(report.toText()))
                .build();
        if (!List.of(args).contains("agent")) {
            Duration exportLimit = config.resourceTimeout().dividedBy(2); // five seconds by default
            coordinator.resources().register(Telemetry.resource(sdk(), exportLimit));
        }
        coordinator.run();
    }

    /** The hook of the SDK would shut it down as soon as the JVM exits, while the release still creates spans. */
    private static OpenTelemetrySdk sdk() {
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .setResultAsGlobal()
                .build()
                .getOpenTelemetrySdk();
    }

    private static Tracer tracer() {
        return GlobalOpenTelemetry.getTracer("example");
    }

    private static void work(ServiceContext context) throws InterruptedException {
        LongCounter handled = GlobalOpenTelemetry.getMeter("example")
                .counterBuilder("handled")
                .build();
        context.ready();
        System.out.println("working");
        do {
            tracer().spanBuilder("handle a message").startSpan().end();
            handled.add(1);
        } while (!context.awaitStop(Duration.ofMillis(50)));
    }

    private static void closeCache() {
        tracer().spanBuilder("close the cache").startSpan().end();
    }
}
