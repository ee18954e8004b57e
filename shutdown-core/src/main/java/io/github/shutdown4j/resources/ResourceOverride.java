package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.report.UnfinishedWork;

/** A resource with one property replaced; everything else is delegated to the original. */
final class ResourceOverride implements Resource, TaskHolder {

    private final Resource original;
    private final @Nullable Integer priority;
    private final Set<String> alsoAfter;
    private final @Nullable Duration timeout;

    private ResourceOverride(
            Resource original, @Nullable Integer priority, Set<String> alsoAfter, @Nullable Duration timeout) {
        this.original = original;
        this.priority = priority;
        this.alsoAfter = alsoAfter;
        this.timeout = timeout;
    }

    static Resource withPriority(Resource original, int priority) {
        return new ResourceOverride(original, priority, Set.of(), null);
    }

    static Resource withAfter(Resource original, List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names must not be empty");
        }
        return new ResourceOverride(original, null, Checks.names("names", names), null);
    }

    static Resource withTimeout(Resource original, Duration timeout) {
        return new ResourceOverride(original, null, Set.of(), Checks.positive("timeout", timeout));
    }

    @Override
    public String name() {
        return original.name();
    }

    @Override
    public int priority() {
        return priority == null ? original.priority() : priority;
    }

    @Override
    public Set<String> after() {
        Set<String> all = new LinkedHashSet<>(original.after());
        all.addAll(alsoAfter);
        return Collections.unmodifiableSet(all);
    }

    @Override
    public Optional<Duration> timeout() {
        return timeout == null ? original.timeout() : Optional.of(timeout);
    }

    @Override
    public void release() throws Exception {
        original.release();
    }

    @Override
    public String summary() {
        return original.summary();
    }

    @Override
    public List<UnfinishedWork> tasks() {
        return original instanceof TaskHolder holder ? holder.tasks() : List.of();
    }

    @Override
    public int taskCount() {
        return original instanceof TaskHolder holder ? holder.taskCount() : 0;
    }

    @Override
    public String planWarning() {
        return original instanceof TaskHolder holder ? holder.planWarning() : "";
    }

    @Override
    public String toString() {
        return original.toString();
    }
}
