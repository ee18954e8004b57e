package io.github.shutdown4j.examples.clients;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.sdk.OpenTelemetrySdk;

import io.github.shutdown4j.resources.Resource;

/** OpenTelemetry: buffered data is exported last, so that it includes the spans of the release itself. */
final class Telemetry {

    /** After everything that may still create spans, metrics or log records. */
    private static final int LAST = 1_000;

    private Telemetry() {}

    /** @param limit for the last export, below {@code shutdown.resource_timeout_secs} */
    static Resource resource(OpenTelemetrySdk sdk, Duration limit) {
        return Resource.of("telemetry", LAST, () -> {
            if (!sdk.shutdown().join(limit.toMillis(), TimeUnit.MILLISECONDS).isSuccess()) {
                throw new IllegalStateException("the last telemetry was not exported within " + limit);
            }
        });
    }
}
