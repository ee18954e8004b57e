package io.github.shutdown4j.examples.backend.web;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.javalin.http.Context;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
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
        Gauge.builder("backend.instance.info", () -> 1)
                .description("Always 1; the label is the name of this instance")
                .tag("name", name)
                .register(registry);
    }

    /** For additional metrics. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    public void bind(ShutdownMetrics shutdown) {
        Gauge.builder("shutdown.in.flight", shutdown, ShutdownMetrics::inFlight)
                .description("Requests and jobs in flight, which the drain waits for")
                .register(registry);
        Gauge.builder("shutdown.ready", shutdown, ShutdownMetrics::ready)
                .description("1 while the process accepts new work, otherwise 0")
                .register(registry);
        Gauge.builder("shutdown.phase", shutdown, ShutdownMetrics::phaseNumber)
                .description("0 before the shutdown, then the number of the phase, starting at 1")
                .register(registry);
        Gauge.builder("shutdown.last.run.unclean", shutdown, ShutdownMetrics::lastRunUnclean)
                .description("1 if the previous run ended abruptly or was halted, otherwise 0")
                .register(registry);
        FunctionCounter.builder("shutdown.admitted", shutdown, ShutdownMetrics::admitted)
                .description("Requests and jobs accepted since the start")
                .register(registry);
        FunctionCounter.builder("shutdown.refused", shutdown, ShutdownMetrics::refused)
                .description("Requests and jobs refused because of the shutdown")
                .register(registry);
        for (Outcome outcome : Outcome.values()) {
            Gauge.builder("shutdown.steps", shutdown, metrics -> metrics.steps(outcome))
                    .description("Steps of the shutdown with this outcome, known when it has ended")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    public void bind(Statistics statistics) {
        Gauge.builder("statistics.waiting", statistics.queue(), queue -> queue.size())
                .description("Counts of requests and jobs that wait to be written to the database")
                .register(registry);
        FunctionCounter.builder("statistics.written", statistics.queue(), queue -> queue.written())
                .description("Counts of requests and jobs written to the database since the start")
                .register(registry);
        FunctionCounter.builder("statistics.lost", statistics.queue(), queue -> queue.failed() + queue.refused())
                .description(
                        "Counts of requests and jobs lost since the start, because a write failed or the queue was full")
                .register(registry);
    }

    public void bind(JobService jobs) {
        for (String type : jobs.types()) {
            Gauge.builder("jobs.in.flight", jobs, service -> inFlight(service, type))
                    .description("Jobs of this type that are being processed")
                    .tag("type", type)
                    .register(registry);
            TimeGauge.builder("jobs.stalled", jobs, TimeUnit.SECONDS, service -> stalledSeconds(service, type))
                    .description("Time for which the consumer has been unable to fetch jobs; 0 if it can")
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
