package io.github.shutdown4j.internal;

/**
 * Makes the library's threads. Each is named {@code shutdown4j-…} and has the class loader of the library itself as
 * its context loader, not one inherited from whoever happened to come first, which would keep that one alive.
 */
public final class NamedThreads {

    private static final String PREFIX = "shutdown4j-";

    private NamedThreads() {}

    /** A thread that does not keep the JVM alive; not started. */
    public static Thread daemon(String name, Runnable body) {
        return make(name, body, true);
    }

    /** A thread that keeps the JVM alive while it runs; not started. */
    public static Thread keepingAlive(String name, Runnable body) {
        return make(name, body, false);
    }

    /** Whether the thread was made here. */
    public static boolean isOurs(Thread thread) {
        return thread.getName().startsWith(PREFIX);
    }

    private static Thread make(String name, Runnable body, boolean daemon) {
        Thread thread = new Thread(null, body, PREFIX + name, 0, false);
        thread.setDaemon(daemon);
        thread.setContextClassLoader(NamedThreads.class.getClassLoader());
        return thread;
    }
}
