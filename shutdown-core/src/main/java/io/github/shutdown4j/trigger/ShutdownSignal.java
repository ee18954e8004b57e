package io.github.shutdown4j.trigger;

/**
 * The signals that request the end of a process. On Windows, Ctrl-C is {@link #INTERRUPT}.
 *
 * <pre>{@code
 * try (var signals = SignalHandler.install(Set.of(ShutdownSignal.TERMINATE), signal -> worker.interrupt())) {
 *     worker.join();
 * }
 * }</pre>
 */
public enum ShutdownSignal {
    /** SIGINT: Ctrl-C in a terminal. */
    INTERRUPT("INT", 2),
    /** SIGTERM: a supervisor (systemd, Kubernetes, {@code kill}) ends the process. */
    TERMINATE("TERM", 15);

    private final String shortName;
    private final int number;

    ShutdownSignal(String shortName, int number) {
        this.shortName = shortName;
        this.number = number;
    }

    /** Returns the name without "SIG", as {@code kill -l} prints it. */
    public String shortName() {
        return shortName;
    }

    /** Returns the number of the signal, which is the same on all supported systems. */
    public int number() {
        return number;
    }

    /**
     * Returns 128 + number: the code that a shell reports for a process killed by this signal, also used by a forced
     * exit.
     */
    public int exitCode() {
        return 128 + number;
    }

    @Override
    public String toString() {
        return "SIG" + shortName;
    }
}
