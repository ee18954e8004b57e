package io.github.shutdown4j.examples.backend.web;

import java.util.List;

import io.github.shutdown4j.ShutdownMetrics;

/**
 * The content of the live page.
 *
 * @param phase "running", or the phase of the shutdown or the reason for not being ready
 */
public record LiveState(
        String phase,
        boolean ready,
        String detail,
        long inFlight,
        List<JobService.JobsInFlight> jobs,
        List<HealthChecks.Result> checks) {

    /** The current state. */
    public static LiveState of(Health health, ShutdownMetrics metrics, JobService jobs) {
        Health.Readiness readiness = health.readiness();
        return new LiveState(
                health.phase(),
                readiness.ready(),
                readiness.detail(),
                metrics.inFlight(),
                jobs.inFlight(),
                readiness.checks());
    }
}
