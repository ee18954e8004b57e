package io.github.shutdown4j.examples.backend.jobs;

import java.util.Locale;

/** How one delivery of a job ended. */
public enum JobOutcome {
    /** Done and acknowledged. */
    DONE,
    /** Done before or by another run meanwhile; acknowledged without a second effect. */
    DUPLICATE,
    /** Failed; retried later. */
    FAILED,
    /** Failed for the last time. */
    DEAD,
    /** Stopped by the shutdown, continued by another instance. */
    HANDED_BACK;

    /** The name in lower case, for metrics and tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
