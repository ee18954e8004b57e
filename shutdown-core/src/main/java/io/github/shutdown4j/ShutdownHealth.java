package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * Liveness and readiness as an orchestrator asks for them, from any thread.
 *
 * <p>It knows what the coordinator knows: services that are not ready yet, a shutdown under way. Whether the database
 * answers is for a {@linkplain #check check} that the application adds. Without checks every method answers at once; with
 * them, {@link #isReady}, {@link #detail}, {@link #checks} and {@link #toJson} wait for those whose latest answer is too
 * old, all at the same time and each for its limit at most. No check is asked once a shutdown is requested.
 */
public final class ShutdownHealth {

    /** How long the answer of a check is good if nothing else is said. */
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final Readiness readiness;
    private final ShutdownTrigger trigger;
    private final ServiceGroup services;
    private final PhaseProgressMonitor watch;
    private final Supplier<Optional<LastRun>> lastRunNotInOrder;
    private volatile List<NamedHealthCheck> checks = List.of();

    ShutdownHealth(
            Readiness readiness,
            ShutdownTrigger trigger,
            ServiceGroup services,
            PhaseProgressMonitor watch,
            Supplier<Optional<LastRun>> lastRunNotInOrder) {
        this.lastRunNotInOrder = lastRunNotInOrder;
        this.readiness = readiness;
        this.trigger = trigger;
        this.services = services;
        this.watch = watch;
    }

    /** As {@link #check(String, HealthCheck, Duration, Duration)}, with answers that are good for one second. */
    public ShutdownHealth check(String name, HealthCheck check, Duration limit) {
        return check(name, check, limit, MAX_AGE);
    }

    /**
     * Adds a check: the process is ready only while it answers yes. Liveness does not depend on it; a restart does not
     * bring a database back.
     *
     * <p>It is asked when somebody wants to know and the latest answer is older than {@code maxAge}. One that throws, says
     * no or does not answer within {@code limit} is unhealthy, by its name. One that hangs is interrupted, and not asked
     * again before it has returned.
     *
     * @param name for people; not blank, and only one check has it
     * @param limit more than zero; less than the timeout of the probe that asks
     * @param maxAge not negative; with zero, each question asks
     * @return this
     */
    public ShutdownHealth check(String name, HealthCheck check, Duration limit, Duration maxAge) {
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
     * Whether the process should be left running: true from the start, and during a shutdown too, because a process that
     * is draining must not be killed for it. False only when a shutdown has ended and the process is still there.
     */
    public boolean isLive() {
        return !watch.isClosed();
    }

    /** Whether new work should be sent here: all services are ready, no shutdown has been requested, all checks say yes. */
    public boolean isReady() {
        return isRunning() && unhealthy(checks()).isEmpty() && isRunning();
    }

    /** The same by what the checks have said before, without asking them. */
    boolean wasReady() {
        if (!isRunning()) {
            return false;
        }
        for (NamedHealthCheck check : checks) {
            if (check.isKnownUnhealthy()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Why, in a few words: "ready", "waiting for postgres", "unhealthy: db (no answer within 2 s)", "shutting down: drain". While
     * ready, also how the run before ended, if a checkpoint tells that it was not in order.
     */
    public String detail() {
        return detail(checks());
    }

    /** The answers of all checks, in the order in which they were added; none once a shutdown is requested. */
    public List<HealthCheck.Result> checks() {
        List<NamedHealthCheck> asked = checks;
        if (asked.isEmpty() || trigger.isRequested()) {
            return List.of();
        }
        for (NamedHealthCheck check : asked) {
            check.refresh();
        }
        List<HealthCheck.Result> results = new ArrayList<>(asked.size());
        for (NamedHealthCheck check : asked) {
            results.add(check.await());
        }
        return results;
    }

    /** How the run before ended, if that was not in order and a checkpoint has told by now. */
    Optional<LastRun> lastRunNotInOrder() {
        return lastRunNotInOrder.get();
    }

    /** All of this as one object: {@code live}, {@code ready}, {@code detail}, {@code phase} and {@code checks}. */
    public String toJson() {
        return snapshot(true).toJson();
    }

    /** All of this at one moment, with or without asking the checks. */
    Snapshot snapshot(boolean withChecks) {
        List<HealthCheck.Result> results = withChecks ? checks() : List.of();
        boolean ready = isRunning() && unhealthy(results).isEmpty();
        return new Snapshot(isLive(), ready, detail(results), watch.phase(), results);
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
        if (trigger.isRequested()) {
            return "shutting down"
                    + watch.phase().map(phase -> ": " + phase.label()).orElse("");
        }
        if (readiness.state() == Readiness.State.READY) {
            String unhealthy = unhealthy(results);
            String state = unhealthy.isEmpty() ? "ready" : "unhealthy: " + unhealthy;
            return state + lastRunNotInOrder().map(last -> "; " + last.text()).orElse("");
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
