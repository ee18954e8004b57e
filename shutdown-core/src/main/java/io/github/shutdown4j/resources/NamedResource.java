package io.github.shutdown4j.resources;

import io.github.shutdown4j.internal.Checks;

/** The name and the priority of a built-in resource. */
abstract class NamedResource implements Resource {

    private final String name;
    private final int priority;

    NamedResource(String name, int priority) {
        this.name = Checks.notBlank("name", name);
        this.priority = priority;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int priority() {
        return priority;
    }
}
