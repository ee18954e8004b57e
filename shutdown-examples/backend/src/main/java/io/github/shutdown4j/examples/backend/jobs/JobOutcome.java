package io.github.shutdown4j.examples.backend.jobs;

import java.util.Locale;

/** How one delivery of a job ended. */
public enum JobOutcome {
    /** Done and acknowledged. */
    DONE,
    /** Had been done before, or by somebody else meanwhile; acknowledged, with no second effect. */
    DUPLICATE,
    /** It threw; it is tried again later. */
    FAILED,
    /** It threw for the last time. */
    DEAD,
    /** Left at the shutdown, to be gone on with elsewhere. */
    HANDED_BACK;

    /** In small letters, for metrics and tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
