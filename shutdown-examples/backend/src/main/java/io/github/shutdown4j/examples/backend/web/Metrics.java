package io.github.shutdown4j.examples.backend.web;

import java.util.Locale;

import io.javalin.http.Context;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import io.github.shutdown4j.ShutdownMetrics;
import io.github.shutdown4j.examples.backend.statistics.Statistics;
import io.github.shutdown4j.report.Outcome;

/** Metrics for Prometheus: JVM, connection pool and shutdown. */
public final class Metrics {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** The name of this instance; the label "instance" of Prometheus itself is the address. */
    public void bindInstance(String name) {
        Gauge.builder("backend.instance.info", () -> 1).tag("name", name).register(registry);
    }

    /** For additional metrics. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    public void bind(ShutdownMetrics shutdown) {
        Gauge.builder("shutdown.in.flight", shutdown, ShutdownMetrics::inFlight)
                .description("work in flight that the drain waits for")
                .register(registry);
        Gauge.builder("shutdown.ready", shutdown, ShutdownMetrics::ready).register(registry);
        Gauge.builder("shutdown.phase", shutdown, ShutdownMetrics::phaseNumber)
                .description("0 before the shutdown, then the number of its phase")
                .register(registry);
        Gauge.builder("shutdown.last.run.unclean", shutdown, ShutdownMetrics::lastRunUnclean)
                .description("1 if the previous run ended abruptly or was halted")
                .register(registry);
        FunctionCounter.builder("shutdown.admitted", shutdown, ShutdownMetrics::admitted)
                .register(registry);
        FunctionCounter.builder("shutdown.refused", shutdown, ShutdownMetrics::refused)
                .register(registry);
        for (Outcome outcome : Outcome.values()) {
            Gauge.builder("shutdown.steps", shutdown, metrics -> metrics.steps(outcome))
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    public void bind(Statistics statistics) {
        Gauge.builder("statistics.waiting", statistics.queue(), queue -> queue.size())
                .register(registry);
        FunctionCounter.builder("statistics.written", statistics.queue(), queue -> queue.written())
                .register(registry);
        FunctionCounter.builder("statistics.lost", statistics.queue(), queue -> queue.failed() + queue.refused())
                .register(registry);
    }

    public void bind(JobService jobs) {
        for (String type : jobs.types()) {
            Gauge.builder("jobs.in.flight", jobs, service -> inFlight(service, type))
                    .tag("type", type)
                    .register(registry);
            Gauge.builder("jobs.stalled.seconds", jobs, service -> stalledSeconds(service, type))
                    .description("how long the consumer has been unable to fetch jobs; 0 if it can")
                    .tag("type", type)
                    .register(registry);
        }
    }

    private static double stalledSeconds(JobService jobs, String type) {
        return jobs.stalls().stream()
                .filter(stall -> stall.type().equals(type))
                .mapToDouble(stall -> stall.lasting().toMillis() / 1_000.0)
                .sum();
    }

    private static double inFlight(JobService jobs, String type) {
        return jobs.inFlight().stream()
                .filter(entry -> entry.type().equals(type))
                .mapToDouble(JobService.JobsInFlight::count)
                .sum();
    }

    void write(Context ctx) {
        ctx.contentType("text/plain; version=0.0.4; charset=utf-8").result(registry.scrape());
    }
}
