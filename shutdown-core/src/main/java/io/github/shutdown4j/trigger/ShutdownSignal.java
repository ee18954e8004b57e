package io.github.shutdown4j.trigger;

/** The process signals that ask a process to end. Windows has them too: Ctrl-C is {@link #INTERRUPT}. */
public enum ShutdownSignal {
    /** SIGINT: a person pressed Ctrl-C. */
    INTERRUPT("INT", 2),
    /** SIGTERM: a supervisor (systemd, Kubernetes, {@code kill}) wants the process gone. */
    TERMINATE("TERM", 15);

    private final String shortName;
    private final int number;

    ShutdownSignal(String shortName, int number) {
        this.shortName = shortName;
        this.number = number;
    }

    /** The name without "SIG", as {@code kill -l} prints it. */
    public String shortName() {
        return shortName;
    }

    /** The number of the signal; the same on every system Java runs on. */
    public int number() {
        return number;
    }

    /** 128 + number: what a shell reports for a process that this signal ended, and our code when it forces an end. */
    public int exitCode() {
        return 128 + number;
    }

    @Override
    public String toString() {
        return "SIG" + shortName;
    }
}
