package io.github.shutdown4j.spring;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.github.shutdown4j.ShutdownMetrics;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;

/** Metrics of a coordinator for Micrometer. */
public record ShutdownMeters(ShutdownMetrics metrics) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("shutdown.in.flight", metrics, ShutdownMetrics::inFlight)
                .description("Work in flight: open guards")
                .strongReference(true)
                .register(registry);
        FunctionCounter.builder("shutdown.admitted", metrics, ShutdownMetrics::admitted)
                .description("Guards granted")
                .register(registry);
        FunctionCounter.builder("shutdown.refused", metrics, ShutdownMetrics::refused)
                .description("Guards refused, because no new work is accepted")
                .register(registry);
        Gauge.builder("shutdown.ready", metrics, ShutdownMetrics::ready)
                .description("1 while the process should get new work, otherwise 0")
                .strongReference(true)
                .register(registry);
        Gauge.builder("shutdown.phase", metrics, ShutdownMetrics::phaseNumber)
                .description("0 before the shutdown, then the number of the phase, starting at 1")
                .strongReference(true)
                .register(registry);
        Gauge.builder("shutdown.last.run.unclean", metrics, ShutdownMetrics::lastRunUnclean)
                .description("1 if the previous run ended abruptly or was halted, otherwise 0")
                .strongReference(true)
                .register(registry);
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            TimeGauge.builder("shutdown.phase.duration", metrics, TimeUnit.SECONDS, m -> seconds(m.duration(phase)))
                    .tag("phase", phase.label())
                    .description("Duration of the phase, available after the shutdown")
                    .strongReference(true)
                    .register(registry);
        }
        for (Outcome outcome : Outcome.values()) {
            Gauge.builder("shutdown.steps", metrics, m -> m.steps(outcome))
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .description("Number of steps with this outcome, available after the shutdown")
                    .strongReference(true)
                    .register(registry);
        }
    }

    private static double seconds(Optional<Duration> duration) {
        return duration.map(d -> d.toNanos() / 1e9).orElse(Double.NaN);
    }
}
