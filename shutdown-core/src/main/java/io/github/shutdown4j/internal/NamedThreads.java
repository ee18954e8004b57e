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
        return made(new Thread(null, body, PREFIX + name, 0, false), true);
    }

    /** A thread that keeps the JVM alive while it runs; not started. */
    public static Thread nonDaemon(String name, Runnable body) {
        return made(new Thread(null, body, PREFIX + name, 0, false), false);
    }

    /**
     * A thread on which {@link Thread#interrupt} does nothing, and which does not keep the JVM alive; not started. For
     * work on files, which an interrupt would close.
     */
    public static Thread uninterruptible(String name, Runnable body) {
        return made(Uninterruptible.named(PREFIX + name, body), true);
    }

    /** Whether the thread was made here with {@code name}, to which more may have been added since. */
    public static boolean isNamed(Thread thread, String name) {
        return thread.getName().startsWith(PREFIX.concat(name));
    }

    /** Whether the thread was made here. */
    public static boolean isOurs(Thread thread) {
        return thread.getName().startsWith(PREFIX);
    }

    private static Thread made(Thread thread, boolean daemon) {
        thread.setDaemon(daemon);
        thread.setContextClassLoader(NamedThreads.class.getClassLoader());
        return thread;
    }

    private static final class Uninterruptible extends Thread {

        /** Known outside as a thread and no more: so this class is loaded only where there is one. */
        static Thread named(String name, Runnable body) {
            return new Uninterruptible(name, body);
        }

        private Uninterruptible(String name, Runnable body) {
            super(null, body, name, 0, false);
        }

        @Override
        public void interrupt() {}
    }
}
