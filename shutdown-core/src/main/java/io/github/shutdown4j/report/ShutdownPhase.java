package io.github.shutdown4j.report;

/**
 * The phases of a shutdown in their order of execution. Each phase runs exactly once.
 *
 * <p>See the example of {@link ShutdownReport}.
 */
public enum ShutdownPhase {
    /** Readiness turns false while everything still works, so that load balancers stop routing to this process. */
    ANNOUNCE(1, "announce"),
    /** New work is refused and services are asked to stop. */
    STOP(2, "stop"),
    /** In-flight work finishes. */
    DRAIN(3, "drain"),
    /** The state is saved early, because the process may be killed at any later moment. */
    SAVE(4, "save"),
    /** Resources are closed in order. */
    RELEASE(5, "release"),
    /** The state is saved again, with the changes made while resources were closed. The last save of the run. */
    FINAL_SAVE(6, "final save");

    private final int number;
    private final String label;

    ShutdownPhase(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /** Returns the position in the order of execution, starting at 1. */
    public int number() {
        return number;
    }

    /** Returns the name in logs and reports. */
    public String label() {
        return label;
    }
}
