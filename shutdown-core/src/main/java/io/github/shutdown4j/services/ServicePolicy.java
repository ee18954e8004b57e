package io.github.shutdown4j.services;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import io.github.shutdown4j.internal.Checks;

/**
 * Defines the consequences of a failure or an end of a service, and the services that it comes after. Immutable: the
 * {@code with...} methods return a changed copy.
 *
 * <pre>{@code
 * ServicePolicy.critical().withAfter("postgres", "redis").withRestart(RestartPolicy.upTo(5, Duration.ofMinutes(1)))
 * }</pre>
 *
 * @param onFailure the reaction if the service throws and has no restarts left, or is not ready in time. {@link
 *     Reaction#SHUTDOWN} ends the process with exit code 1. {@link Reaction#CONTINUE} logs a warning and does not affect the
 *     exit code, unless the service hangs during the stop; services that come after it start without it
 * @param onEnd the reaction if the service returns before the request to stop. {@link Reaction#SHUTDOWN} ends the process
 *     without a failure, {@link Reaction#CONTINUE} does nothing
 * @param restart the restarts of a service that throws, before {@code onFailure} applies; empty for none
 * @param after the names of the services that must be ready or have ended before this one starts, and that are stopped
 *     after it
 */
public record ServicePolicy(Reaction onFailure, Reaction onEnd, Optional<RestartPolicy> restart, Set<String> after) {

    /** The reaction to a failure or an end. */
    public enum Reaction {
        /** The process shuts down. */
        SHUTDOWN,
        /** The other services continue. */
        CONTINUE
    }

    private static final ServicePolicy CRITICAL =
            new ServicePolicy(Reaction.SHUTDOWN, Reaction.CONTINUE, Optional.empty(), Set.of());

    public ServicePolicy {
        Checks.notNull("onFailure", onFailure);
        Checks.notNull("onEnd", onEnd);
        Checks.notNull("restart", restart);
        after = Checks.names("after", after);
    }

    /** Returns the default policy: a failure of the service shuts the process down, its end does not. */
    public static ServicePolicy critical() {
        return CRITICAL;
    }

    /** Returns the policy of an optional service: neither its failure nor its end shuts the process down. */
    public static ServicePolicy optional() {
        return CRITICAL.withOnFailure(Reaction.CONTINUE);
    }

    /** Returns this policy with another reaction to a failure. */
    public ServicePolicy withOnFailure(Reaction reaction) {
        return new ServicePolicy(reaction, onEnd, restart, after);
    }

    /** Returns this policy with another reaction to an end. */
    public ServicePolicy withOnEnd(Reaction reaction) {
        return new ServicePolicy(onFailure, reaction, restart, after);
    }

    /** Returns this policy with restarts. */
    public ServicePolicy withRestart(RestartPolicy policy) {
        return new ServicePolicy(onFailure, onEnd, Optional.of(Checks.notNull("policy", policy)), after);
    }

    /** Returns this policy with further services that this one comes after. */
    public ServicePolicy withAfter(String... names) {
        Set<String> all = new LinkedHashSet<>(after);
        all.addAll(Arrays.asList(Checks.notNull("names", names)));
        return new ServicePolicy(onFailure, onEnd, restart, all);
    }
}
