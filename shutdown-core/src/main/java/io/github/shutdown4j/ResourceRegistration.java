package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

import io.github.shutdown4j.internal.Checks;

/** What a resource said of itself when it was registered; it is never asked again. */
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

    /** Asks everything once. Whatever is wrong with an answer is thrown, with the name of the method that gave it. */
    static ResourceRegistration of(Resource resource, Duration defaultLimit) {
        Checks.notNull("resource", resource);
        String nameless = "name() of a " + resource.getClass().getName();
        String name = Checks.notBlank(nameless, answer(nameless, resource::name));
        String of = "() of resource '" + name + "'";
        int priority = answer("priority" + of, resource::priority);
        Set<String> asked = Checks.notNull("after" + of, answer("after" + of, resource::after));
        List<String> copied = answer("after" + of, () -> new ArrayList<>(asked));
        Set<String> after = Checks.names("after" + of, copied);
        Optional<Duration> own = Checks.notNull("timeout" + of, answer("timeout" + of, resource::timeout));
        own.ifPresent(timeout -> Checks.positive("timeout" + of, timeout));
        return new ResourceRegistration(resource, name, priority, after, own.orElse(defaultLimit));
    }

    private static <T> T answer(String what, Callable<T> question) {
        try {
            return question.call();
        } catch (Throwable failure) {
            throw new IllegalArgumentException(what + " must not throw, threw " + failure, failure);
        }
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

    /** Whether it has had, or is having, its turn. */
    boolean isTaken() {
        return taken;
    }

    void take() {
        taken = true;
    }

    PlannedRelease planned(Set<String> registered) {
        Set<String> missing = new TreeSet<>(after);
        missing.removeAll(registered);
        return new PlannedRelease(name, priority, after, missing, limit);
    }
}
