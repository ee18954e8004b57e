package io.github.shutdown4j.examples.guide.observing;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import io.github.shutdown4j.ShutdownMetrics;

/** Numbers of a coordinator for Micrometer. */
public record ShutdownMeters(ShutdownMetrics metrics) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("shutdown.in.flight", metrics, ShutdownMetrics::inFlight)
                .description("Work in hand: guards that are open")
                .strongReference(true)
                .register(registry);
        FunctionCounter.builder("shutdown.admitted", metrics, ShutdownMetrics::admitted)
                .description("Guards handed out")
                .register(registry);
        FunctionCounter.builder("shutdown.refused", metrics, ShutdownMetrics::refused)
                .description("Guards refused, because no new work is taken")
                .register(registry);
        Gauge.builder("shutdown.ready", metrics, ShutdownMetrics::ready)
                .description("1 while new work should be sent here, else 0")
                .strongReference(true)
                .register(registry);
        Gauge.builder("shutdown.phase", metrics, ShutdownMetrics::phaseNumber)
                .description("0 before the shutdown, then the number of its phase, from 1")
                .strongReference(true)
                .register(registry);
    }
}
