package io.github.shutdown4j.examples.clients;

import java.util.concurrent.TimeUnit;

import io.opentelemetry.sdk.OpenTelemetrySdk;

import io.github.shutdown4j.resources.Resource;

/** OpenTelemetry: what it has buffered is exported last, so that it includes the spans of the release itself. */
final class Telemetry {

    /** After everything that may still make spans, metrics or log records. */
    private static final int LAST = 1_000;

    private static final long LIMIT_SECONDS = 5;

    private Telemetry() {}

    static Resource resource(OpenTelemetrySdk sdk) {
        return Resource.of("telemetry", LAST, () -> {
            if (!sdk.shutdown().join(LIMIT_SECONDS, TimeUnit.SECONDS).isSuccess()) {
                throw new IllegalStateException("the last telemetry was not exported within " + LIMIT_SECONDS + " s");
            }
        });
    }
}
