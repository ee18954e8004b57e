package io.github.shutdown4j.report;

/** The outcome of a step, from best to worst. */
public enum Outcome {
    /** The step completed. */
    DONE,
    /** The step was not run: no time was left, or there was nothing to run it with. */
    SKIPPED,
    /** The step exceeded its limit: it ended only after an interrupt, or was abandoned. */
    TIMED_OUT,
    /** The step ended with an exception or error. */
    FAILED;

    /** Returns the outcome as written in reports and logs, such as {@code timed out}. */
    public String label() {
        return switch (this) {
            case DONE -> "done";
            case SKIPPED -> "skipped";
            case TIMED_OUT -> "timed out";
            case FAILED -> "failed";
        };
    }

    /** Returns the worse of the two. */
    public Outcome and(Outcome other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
