package io.github.shutdown4j.internal;

/** The ways in which a JVM ends, and the net under them. Tests replace it: theirs must go on. */
public interface ProcessExit {

    /** Runs the hooks, then ends; does not return. Blocks for ever if the JVM is already exiting. */
    void exit(int code);

    /** Ends at once: no hooks, nothing flushed. The only way out that nobody can block. */
    void halt(int code);

    /** Registers a hook; throws {@link IllegalStateException} if the JVM is already exiting. */
    void addHook(Thread hook);

    /** Takes a hook back; does nothing if the JVM is already exiting. */
    void removeHook(Thread hook);

    /** The JVM we run in. */
    static ProcessExit jvm() {
        return Jvm.INSTANCE;
    }

    /** {@link Runtime}. */
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
                // The hook runs or has run; there is nothing left to take back.
            }
        }
    }
}
