package io.github.shutdown4j.report;

/** The phases of a shutdown in the order in which they are walked. Each runs once; none is left out. */
public enum ShutdownPhase {
    /** Readiness turns false while everything still works, so that load balancers look elsewhere. */
    ANNOUNCE(1, "announce"),
    /** No new work is let in; services are told to stop. */
    STOP(2, "stop"),
    /** The work in hand finishes. */
    DRAIN(3, "drain"),
    /** The state is saved, while an outer kill could still come at any moment. */
    SAVE(4, "save"),
    /** Resources are released, in order. */
    RELEASE(5, "release"),
    /** The state is saved once more, with what the release has changed, as the last save of the run. */
    FINAL_SAVE(6, "final save");

    private final int number;
    private final String label;

    ShutdownPhase(int number, String label) {
        this.number = number;
        this.label = label;
    }

    /** Its place in the walk, from 1. */
    public int number() {
        return number;
    }

    /** The name as logs and reports print it. */
    public String label() {
        return label;
    }
}
