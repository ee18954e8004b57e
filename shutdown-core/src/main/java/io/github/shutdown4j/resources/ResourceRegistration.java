package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Failures;

/** The properties of a resource, read once when it was registered. */
final class ResourceRegistration {

    private final Resource resource;
    private final String name;
    private final int priority;
    private final Set<String> after;
    private final Duration limit;
    /** Guarded by the lock of the manager. */
    private boolean taken;

    private ResourceRegistration(Resource resource, String name, int priority, Set<String> after, Duration limit) {
        this.resource = resource;
        this.name = name;
        this.priority = priority;
        this.after = after;
        this.limit = limit;
    }

    /** Calls each method once. An exception about an invalid value names the method. */
    static ResourceRegistration of(Resource resource, Duration defaultLimit) {
        Checks.notNull("resource", resource);
        String method = "name() of a " + resource.getClass().getName();
        String name;
        int priority;
        Set<String> given;
        List<String> copied;
        Optional<Duration> own;
        try {
            name = resource.name();
        } catch (Throwable failure) {
            throw mustNotThrow(method, failure);
        }
        Checks.notBlank(method, name);
        String of = "() of resource '" + name + "'";
        try {
            method = "priority" + of;
            priority = resource.priority();
            method = "after" + of;
            given = resource.after();
            copied = given == null ? List.of() : new ArrayList<>(given);
            method = "timeout" + of;
            own = resource.timeout();
        } catch (Throwable failure) {
            throw mustNotThrow(method, failure);
        }
        Checks.notNull("after" + of, given);
        Set<String> after = Checks.names("after" + of, copied);
        Duration limit = Checks.notNull("timeout" + of, own).orElse(defaultLimit);
        return new ResourceRegistration(
                resource, name, priority, after, own.isEmpty() ? limit : Checks.positive("timeout" + of, limit));
    }

    private static IllegalArgumentException mustNotThrow(String what, Throwable failure) {
        return new IllegalArgumentException(what + " must not throw, threw " + Failures.text(failure), failure);
    }

    Resource resource() {
        return resource;
    }

    String name() {
        return name;
    }

    int priority() {
        return priority;
    }

    Set<String> after() {
        return after;
    }

    Duration limit() {
        return limit;
    }

    /** Whether its group has started. */
    boolean isTaken() {
        return taken;
    }

    void take() {
        taken = true;
    }

    /** A problem that can prevent a graceful release, with the remedy; empty if none is known. */
    String warning() {
        return resource instanceof TaskHolder holder ? holder.planWarning() : "";
    }

    PlannedResource planned(Set<String> registered) {
        Set<String> missing = new TreeSet<>(after);
        missing.removeAll(registered);
        return new PlannedResource(name, priority, after, missing, limit, warning());
    }
}
