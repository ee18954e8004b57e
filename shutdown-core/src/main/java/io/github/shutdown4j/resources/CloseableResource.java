package io.github.shutdown4j.resources;

import java.util.concurrent.ExecutorService;

import io.github.shutdown4j.internal.Checks;

/** A resource that is released by closing one object. */
final class CloseableResource implements Resource {

    private final String name;
    private final int priority;
    private final AutoCloseable target;

    private CloseableResource(String name, int priority, AutoCloseable target) {
        this.name = name;
        this.priority = priority;
        this.target = target;
    }

    static Resource of(String name, int priority, AutoCloseable target) {
        Checks.notBlank("name", name);
        Checks.notNull("target", target);
        // Asked of an Object: only since Java 19 are the two types related.
        Object asked = target;
        if (asked instanceof ExecutorService executor) {
            return new ExecutorResource(name, priority, executor);
        }
        return new CloseableResource(name, priority, target);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public void release() throws Exception {
        target.close();
    }

    @Override
    public String toString() {
        return "resource '" + name + "' closing " + target.getClass().getName();
    }
}
