package io.github.shutdown4j.resources;

import java.util.concurrent.ExecutorService;

import io.github.shutdown4j.internal.Checks;

/** A resource that is released by closing one object. */
final class CloseableResource extends NamedResource {

    private final AutoCloseable target;

    private CloseableResource(String name, int priority, AutoCloseable target) {
        super(name, priority);
        this.target = target;
    }

    /** Returns a special resource for the types whose {@code close} waits without limit. */
    static Resource of(String name, int priority, AutoCloseable target) {
        Checks.notBlank("name", name);
        // As an Object, because these types are AutoCloseable only after Java 17.
        Object object = Checks.notNull("target", (Object) target);
        if (object instanceof ExecutorService executor) {
            return new ExecutorResource(name, priority, executor);
        }
        if (object instanceof Process process) {
            return new ProcessResource(name, priority, process);
        }
        if (HttpClientResource.accepts(object)) {
            return new HttpClientResource(name, priority, object);
        }
        if (isTaskScope(object)) {
            throw new IllegalArgumentException("target must not be a StructuredTaskScope, which only the thread that"
                    + " opened it may close: close '" + name
                    + "' there, or release the executor that runs that thread");
        }
        return new CloseableResource(name, priority, target);
    }

    private static boolean isTaskScope(Object target) {
        for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().startsWith("java.util.concurrent.StructuredTaskScope")) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void release() throws Exception {
        target.close();
    }

    @Override
    public String toString() {
        return "resource '" + name() + "' closing " + target.getClass().getName();
    }
}
