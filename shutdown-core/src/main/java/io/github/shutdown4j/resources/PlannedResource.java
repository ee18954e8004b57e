package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

import io.github.shutdown4j.internal.Checks;

/**
 * A resource in the {@linkplain ResourceManager#plan() plan} of a release.
 *
 * <pre>{@code
 * for (var group : resources.plan()) {
 *     System.out.println(group.stream().map(PlannedResource::name).toList() + " at the same time");
 * }
 * }</pre>
 *
 * @param name the name of the resource
 * @param priority its own priority; {@code after} can move it to a later group
 * @param after the names of the resources that are released before it, in alphabetical order
 * @param missing those of {@code after} that are not registered and therefore ignored; probably misspelt
 * @param limit the time until its release is interrupted
 * @param warning a problem that can prevent a graceful release, with the remedy; empty if none is known
 */
public record PlannedResource(
        String name, int priority, Set<String> after, Set<String> missing, Duration limit, String warning) {

    public PlannedResource {
        Checks.notBlank("name", name);
        after = Collections.unmodifiableSet(new TreeSet<>(Checks.eachNotNull("after", after)));
        missing = Collections.unmodifiableSet(new TreeSet<>(Checks.eachNotNull("missing", missing)));
        Checks.positive("limit", limit);
        Checks.notNull("warning", warning);
    }

    /** Creates a planned resource without a warning. */
    public PlannedResource(String name, int priority, Set<String> after, Set<String> missing, Duration limit) {
        this(name, priority, after, missing, limit, "");
    }
}
