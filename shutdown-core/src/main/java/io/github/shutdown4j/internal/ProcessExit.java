package io.github.shutdown4j.internal;

/** The ways in which the JVM exits, and its shutdown hooks. Tests replace it because their JVM must continue. */
public interface ProcessExit {

    /** Runs the shutdown hooks and exits; does not return. Blocks forever if the JVM is already exiting. */
    void exit(int code);

    /** Exits immediately, without hooks or flushing. No other code can block it. */
    void halt(int code);

    /** Registers a shutdown hook; throws {@link IllegalStateException} if the JVM is already exiting. */
    void addHook(Thread hook);

    /** Removes a shutdown hook; does nothing if the JVM is already exiting. */
    void removeHook(Thread hook);

    /** Returns the JVM of this process. */
    static ProcessExit jvm() {
        return Jvm.INSTANCE;
    }

    /** Delegates to {@link Runtime}. */
    enum Jvm implements ProcessExit {
        INSTANCE;

        @Override
        public void exit(int code) {
            Runtime.getRuntime().exit(code);
        }

        @Override
        public void halt(int code) {
            Runtime.getRuntime().halt(code);
        }

        @Override
        public void addHook(Thread hook) {
            Runtime.getRuntime().addShutdownHook(hook);
        }

        @Override
        public void removeHook(Thread hook) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException alreadyExiting) {
                // The hook is running or has run; there is nothing to remove.
            }
        }
    }
}
