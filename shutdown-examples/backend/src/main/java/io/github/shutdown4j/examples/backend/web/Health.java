package io.github.shutdown4j.examples.backend.web;

import java.util.List;

import io.javalin.http.Context;

import io.github.shutdown4j.ShutdownHealth;

/** The two probes. Liveness is that of the process alone; readiness also needs the checks to pass. */
public final class Health {

    /** The response of {@code /health/live}. */
    public record Liveness(boolean live) {}

    /** The response of {@code /health/ready}; {@code detail} names every reason if it is false. */
    public record Readiness(boolean ready, String detail, List<HealthChecks.Result> checks) {}

    private final ShutdownHealth shutdown;
    private final HealthChecks checks;

    /** @param checks of the stores that requests need; without any, readiness is that of the process alone */
    public Health(ShutdownHealth shutdown, HealthChecks checks) {
        this.shutdown = shutdown;
        this.checks = checks;
    }

    /** Waits at most for the limit of the checks. During a shutdown the stores are not checked. */
    public Readiness readiness() {
        if (!shutdown.isReady()) {
            return new Readiness(false, shutdown.detail(), List.of());
        }
        List<HealthChecks.Result> results = checks.results();
        List<String> problems = results.stream()
                .filter(result -> !result.ok())
                .map(result -> result.name() + ": " + result.detail())
                .toList();
        return problems.isEmpty()
                ? new Readiness(true, shutdown.detail(), results)
                : new Readiness(false, String.join("; ", problems), results);
    }

    /** "running", or the state of the shutdown, such as "shutting down: drain". */
    String phase() {
        return shutdown.isReady() ? "running" : shutdown.detail();
    }

    void live(Context ctx) {
        boolean live = shutdown.isLive();
        ctx.status(live ? 200 : 503).json(new Liveness(live));
    }

    void ready(Context ctx) {
        Readiness readiness = readiness();
        ctx.status(readiness.ready() ? 200 : 503).json(readiness);
    }
}
