package io.github.shutdown4j.report;

import io.github.shutdown4j.internal.Checks;

/**
 * The outcome of a step, from best to worst.
 *
 * <p>See the example of {@link ShutdownReport}.
 */
public enum Outcome {
    /** The step completed. */
    DONE("done"),
    /** The step was not run: no time was left, or there was nothing to run it with. */
    SKIPPED("skipped"),
    /** The step exceeded its limit: it ended only after an interrupt, or was abandoned. */
    TIMED_OUT("timed out"),
    /** The step ended with an exception or error. */
    FAILED("failed");

    private final String label;

    Outcome(String label) {
        this.label = label;
    }

    /** Returns the outcome as written in reports and logs, such as {@code timed out}. */
    public String label() {
        return label;
    }

    /** Returns the worse of the two. */
    public Outcome worseOf(Outcome other) {
        return compareTo(Checks.notNull("other", other)) >= 0 ? this : other;
    }
}
