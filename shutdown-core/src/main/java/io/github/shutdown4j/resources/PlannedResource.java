package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

import io.github.shutdown4j.internal.Checks;

/**
 * One resource in the plan of a release.
 *
 * @param name its name
 * @param priority its own priority; it may go later than that because of {@code after}
 * @param after the names it waits for, in alphabetical order
 * @param missing those of them that are not registered, and that nobody will wait for; probably a spelling mistake
 * @param limit how long it may take before it is interrupted
 * @param warning what may keep it from a release in order, with the remedy; empty if nothing is known
 */
public record PlannedResource(
        String name, int priority, Set<String> after, Set<String> missing, Duration limit, String warning) {

    public PlannedResource {
        Checks.notBlank("name", name);
        after = Collections.unmodifiableSet(new TreeSet<>(after));
        missing = Collections.unmodifiableSet(new TreeSet<>(missing));
        Checks.positive("limit", limit);
        Checks.notNull("warning", warning);
    }

    /** The same without a warning. */
    public PlannedResource(String name, int priority, Set<String> after, Set<String> missing, Duration limit) {
        this(name, priority, after, missing, limit, "");
    }
}
