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
        if (isA(object, HttpClientResource.TYPE)) {
            return new HttpClientResource(name, priority, object);
        }
        if (isA(object, "java.util.concurrent.StructuredTaskScope")) {
            throw new IllegalArgumentException("target must not be a StructuredTaskScope, which only the thread that"
                    + " opened it may close: close '" + name
                    + "' there, or release the executor that runs that thread");
        }
        return new CloseableResource(name, priority, target);
    }

    /** Whether the class or a superclass of the object has this name, or that of its implementation, which begins with it. */
    private static boolean isA(Object target, String name) {
        for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().startsWith(name)) {
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
