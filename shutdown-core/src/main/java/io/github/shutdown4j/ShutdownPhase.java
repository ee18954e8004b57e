package io.github.shutdown4j;

/** The phases of a shutdown in the order in which they are walked. Each runs once; none is left out. */
public enum ShutdownPhase {
    /** Readiness turns false while everything still works, so that load balancers look elsewhere. */
    ANNOUNCE("announce"),
    /** No new work is let in; services are told to stop. */
    STOP("stop"),
    /** The work in hand finishes. */
    DRAIN("drain"),
    /** The state is saved, while an outer kill could still come at any moment. */
    SAVE("save"),
    /** Resources are released, in order. */
    RELEASE("release"),
    /** The state is saved once more if the release has changed it. */
    FINAL_SAVE("final save");

    private final String label;

    ShutdownPhase(String label) {
        this.label = label;
    }

    /** The name as logs and reports print it. */
    public String label() {
        return label;
    }
}
