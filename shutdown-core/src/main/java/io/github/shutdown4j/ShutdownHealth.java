package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * Liveness and readiness for the probes of an orchestrator. Thread-safe.
 *
 * <p>The coordinator contributes the state of its services and of a shutdown. For everything else, such as a database, the
 * application adds a {@linkplain #addCheck check}. Without checks, every method returns at once. With checks,
 * {@link #isReady}, {@link #detail}, {@link #checks} and {@link #toJson} run those whose latest result is too old,
 * concurrently, and wait for each up to its limit. An interrupt of the caller ends that wait: the checks it still waits for
 * count as unhealthy in this answer, and the interrupt status is set again. No check runs after a shutdown is requested.
 *
 * <pre>{@code
 * coordinator.health().addCheck("db", () -> database.isReachable(), Duration.ofSeconds(2));
 * }</pre>
 */
public final class ShutdownHealth {

    /** Default maximum age of the result of a check. */
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final Readiness readiness;
    private final ShutdownTrigger trigger;
    private final ServiceGroup services;
    private final PhaseProgressMonitor progress;
    private final Supplier<Optional<LastRun>> lastRunUnclean;
    private volatile List<NamedHealthCheck> checks = List.of();

    ShutdownHealth(
            Readiness readiness,
            ShutdownTrigger trigger,
            ServiceGroup services,
            PhaseProgressMonitor progress,
            Supplier<Optional<LastRun>> lastRunUnclean) {
        PreloadList.use("health"); // a probe may come for the first time during the shutdown
        this.lastRunUnclean = lastRunUnclean;
        this.readiness = readiness;
        this.trigger = trigger;
        this.services = services;
        this.progress = progress;
    }

    /** Adds a check as {@link #addCheck(String, HealthCheck, Duration, Duration)} does, with results valid for one second. */
    public ShutdownHealth addCheck(String name, HealthCheck check, Duration limit) {
        return addCheck(name, check, limit, MAX_AGE);
    }

    /**
     * Adds a check on which readiness depends. Liveness does not depend on it, because a restart does not repair a database.
     *
     * <p>The check runs on demand, when its latest result is older than {@code maxAge}. A check that throws, returns false or
     * exceeds {@code limit} is unhealthy and is named. A check that exceeds its limit is interrupted; it does not run again
     * before it has returned.
     *
     * @param name the name in {@link #detail}; not blank, and unique
     * @param limit more than zero, and less than the timeout of the probe
     * @param maxAge not negative; with zero, every request runs the check
     * @return this
     * @throws IllegalArgumentException if there is a check with this name, or an argument is out of its bounds
     */
    public ShutdownHealth addCheck(String name, HealthCheck check, Duration limit, Duration maxAge) {
        NamedHealthCheck added = new NamedHealthCheck(
                Checks.notBlank("name", name),
                Checks.notNull("check", check),
                Checks.positive("limit", limit),
                Checks.notNegative("maxAge", maxAge),
                Ticker.current());
        synchronized (this) {
            List<NamedHealthCheck> all = new ArrayList<>(checks);
            for (NamedHealthCheck known : all) {
                if (known.name().equals(name)) {
                    throw new IllegalArgumentException(
                            "a check named '" + name + "' was added before; give each its own name");
                }
            }
            all.add(added);
            checks = all;
        }
        return this;
    }

    /**
     * Returns whether the process should be left running: true from the start, and also during a shutdown, so that a
     * draining process is not killed. False only if a shutdown has ended and the process still exists.
     */
    public boolean isLive() {
        return !progress.isClosed();
    }

    /**
     * Returns whether the process accepts new work: all services are ready, no shutdown has been requested, and all checks
     * are healthy.
     */
    public boolean isReady() {
        return isRunning() && unhealthy(checks()).isEmpty() && isRunning();
    }

    /** Returns the same from the latest results of the checks, without running them. */
    boolean isReadyAsLastChecked() {
        return isRunning() && unhealthy(latestResults()).isEmpty();
    }

    /**
     * Returns the reason in a few words: "ready", "waiting for postgres", "unhealthy: db (no answer within 2 s)",
     * "shutting down: drain". If the previous run ended abruptly or was halted and a checkpoint knows it, "ready" is
     * followed by that.
     */
    public String detail() {
        return detail(checks());
    }

    /** Returns the results of all checks, in the order of their registration; empty once a shutdown is requested. */
    public List<HealthCheck.Result> checks() {
        List<NamedHealthCheck> registered = checks;
        if (registered.isEmpty() || trigger.isRequested()) {
            return List.of();
        }
        for (NamedHealthCheck check : registered) {
            check.refresh();
        }
        List<HealthCheck.Result> results = new ArrayList<>(registered.size());
        for (NamedHealthCheck check : registered) {
            results.add(check.await());
        }
        return results;
    }

    /** Returns the latest results without running a check; a check that has not run yet has none. */
    private List<HealthCheck.Result> latestResults() {
        List<HealthCheck.Result> results = new ArrayList<>();
        if (!trigger.isRequested()) {
            for (NamedHealthCheck check : checks) {
                check.latestResult().ifPresent(results::add);
            }
        }
        return results;
    }

    /** Returns the end of the previous run if it was abnormal and a checkpoint has reported it by now. */
    Optional<LastRun> lastRunUnclean() {
        return lastRunUnclean.get();
    }

    /** Returns a JSON object with {@code live}, {@code ready}, {@code detail}, {@code phase} and {@code checks}. */
    public String toJson() {
        return snapshot(true).toJson();
    }

    /** A consistent snapshot; without running the checks, it has their latest results. */
    Snapshot snapshot(boolean runsChecks) {
        List<HealthCheck.Result> results = runsChecks ? checks() : latestResults();
        boolean ready = isRunning() && unhealthy(results).isEmpty();
        return new Snapshot(isLive(), ready, detail(results), progress.phase(), results);
    }

    record Snapshot(
            boolean live,
            boolean ready,
            String detail,
            Optional<ShutdownPhase> phase,
            List<HealthCheck.Result> checks) {

        String toJson() {
            return HealthJson.of(this);
        }
    }

    private boolean isRunning() {
        return readiness.state() == Readiness.State.READY && !trigger.isRequested();
    }

    private String detail(List<HealthCheck.Result> results) {
        return OneLine.keepingBlanks(state(results)); // it contains names of services and checks
    }

    private String state(List<HealthCheck.Result> results) {
        if (trigger.isRequested()) {
            return "shutting down"
                    + progress.phase().map(phase -> ": " + phase.label()).orElse("");
        }
        if (readiness.state() == Readiness.State.READY) {
            String unhealthy = unhealthy(results);
            String state = unhealthy.isEmpty() ? "ready" : "unhealthy: " + unhealthy;
            return state + lastRunUnclean().map(last -> "; " + last.text()).orElse("");
        }
        if (readiness.state() == Readiness.State.QUIET) {
            return "quiet, takes no new work";
        }
        List<String> waitingFor = services.notReady();
        return waitingFor.isEmpty() ? "not started" : "waiting for " + String.join(", ", waitingFor);
    }

    private static String unhealthy(List<HealthCheck.Result> results) {
        StringBuilder text = new StringBuilder();
        for (HealthCheck.Result result : results) {
            if (!result.healthy()) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(result.name())
                        .append(" (")
                        .append(result.detail())
                        .append(')');
            }
        }
        return text.toString();
    }
}
