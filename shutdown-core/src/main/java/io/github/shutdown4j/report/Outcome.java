package io.github.shutdown4j.report;

/** How a step ended, from best to worst. */
public enum Outcome {
    /** It did all it had to do. */
    DONE,
    /** It got no turn: there was no time left, or nothing to do it with. */
    SKIPPED,
    /** It was still at work when its time was up: it ended only when it was interrupted, or was left behind. */
    TIMED_OUT,
    /** It ended with an exception or an error. */
    FAILED;

    /** The outcome as reports and logs write it, such as {@code timed out}. */
    public String label() {
        return switch (this) {
            case DONE -> "done";
            case SKIPPED -> "skipped";
            case TIMED_OUT -> "timed out";
            case FAILED -> "failed";
        };
    }

    /** The worse of the two. */
    public Outcome and(Outcome other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
