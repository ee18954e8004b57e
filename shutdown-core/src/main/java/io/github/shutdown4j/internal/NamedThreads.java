package io.github.shutdown4j.internal;

/**
 * Creates the threads of the library. Each is named {@code shutdown4j-…} and has the class loader of the library as its
 * context class loader. An inherited context class loader would be kept reachable by the thread.
 */
public final class NamedThreads {

    private static final String PREFIX = "shutdown4j-";

    private NamedThreads() {}

    /** Creates a daemon thread, not started. */
    public static Thread daemon(String name, Runnable body) {
        return configured(new Thread(null, body, prefixed(name), 0, false), true);
    }

    /** Creates a non-daemon thread, which keeps the JVM alive while it runs; not started. */
    public static Thread nonDaemon(String name, Runnable body) {
        return configured(new Thread(null, body, prefixed(name), 0, false), false);
    }

    /**
     * Creates a daemon thread that ignores {@link Thread#interrupt}, not started. For file operations, since an
     * interrupt closes the file channel.
     */
    public static Thread uninterruptible(String name, Runnable body) {
        return configured(Uninterruptible.named(prefixed(name), body), true);
    }

    /** Returns whether the thread was created by this class with {@code name}, possibly extended by "-" and more since. */
    public static boolean isNamed(Thread thread, String name) {
        String whole = prefixed(name);
        String actual = thread.getName();
        return actual.startsWith(whole) && (actual.length() == whole.length() || actual.charAt(whole.length()) == '-');
    }

    /** Returns whether the thread was created by this class. */
    public static boolean isOurs(Thread thread) {
        return thread.getName().startsWith(PREFIX);
    }

    /** Without control characters, because thread names appear in log lines and thread dumps. */
    private static String prefixed(String name) {
        return PREFIX.concat(OneLine.keepingBlanks(name));
    }

    private static Thread configured(Thread thread, boolean daemon) {
        thread.setDaemon(daemon);
        thread.setContextClassLoader(NamedThreads.class.getClassLoader());
        return thread;
    }

    private static final class Uninterruptible extends Thread {

        /** Returns the type {@code Thread}, so that this class is loaded only if such a thread is created. */
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
