package io.github.shutdown4j.services;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import io.github.shutdown4j.internal.Checks;

/**
 * What a service's failure or end means for the process, and which services it comes after. Immutable: each method
 * returns a changed copy.
 *
 * <pre>{@code
 * ServicePolicy.critical().after("postgres", "redis").restart(RestartPolicy.upTo(5, Duration.ofMinutes(1)))
 * }</pre>
 *
 * @param onFailure what follows when the service throws, has used up its restarts, or is not ready in time.
 *     {@link Reaction#SHUTDOWN} ends the process with exit code 1. {@link Reaction#CONTINUE} logs a warning and leaves the
 *     exit code alone, then and when the service is stopped, unless it hangs; services that come after it start without it
 * @param onEnd what follows when the service returns before it is told to stop. {@link Reaction#SHUTDOWN} ends the
 *     process in good order, {@link Reaction#CONTINUE} does nothing
 * @param restart whether and how a service that throws is started again before {@code onFailure} applies
 * @param after the names of the services that must be ready, or have ended, before this one starts, and that are stopped
 *     after it
 */
public record ServicePolicy(Reaction onFailure, Reaction onEnd, Optional<RestartPolicy> restart, Set<String> after) {

    /** What a failure or an end means for the process. */
    public enum Reaction {
        /** The process ends. */
        SHUTDOWN,
        /** The other services go on. */
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

    /** The policy of a service that does not say: its failure ends the process, its end does not. */
    public static ServicePolicy critical() {
        return CRITICAL;
    }

    /** The policy of a service that the others can do without: neither its failure nor its end ends the process. */
    public static ServicePolicy optional() {
        return CRITICAL.onFailure(Reaction.CONTINUE);
    }

    /** This policy with another reaction to a failure. */
    public ServicePolicy onFailure(Reaction reaction) {
        return new ServicePolicy(reaction, onEnd, restart, after);
    }

    /** This policy with another reaction to an end. */
    public ServicePolicy onEnd(Reaction reaction) {
        return new ServicePolicy(onFailure, reaction, restart, after);
    }

    /** This policy with restarts before a failure counts. */
    public ServicePolicy restart(RestartPolicy policy) {
        return new ServicePolicy(onFailure, onEnd, Optional.of(Checks.notNull("policy", policy)), after);
    }

    /** This policy with more names of services that this one comes after. */
    public ServicePolicy after(String... names) {
        Set<String> all = new LinkedHashSet<>(after);
        all.addAll(Arrays.asList(Checks.notNull("names", names)));
        return new ServicePolicy(onFailure, onEnd, restart, all);
    }
}
