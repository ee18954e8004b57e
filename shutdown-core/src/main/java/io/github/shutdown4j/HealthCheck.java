package io.github.shutdown4j;

import java.time.Duration;

import io.github.shutdown4j.internal.Checks;

/**
 * Says whether something that the process needs is there, such as a database; see {@link ShutdownHealth#check}. Called on
 * a daemon thread of its own, by one at a time.
 */
@FunctionalInterface
public interface HealthCheck {

    /**
     * Whether all is well. To throw means no; the message of the exception is shown.
     *
     * <p>The thread is interrupted when the limit of the check is over.
     */
    boolean isHealthy() throws Exception;

    /**
     * The answer of a check.
     *
     * @param name the name of the check
     * @param healthy whether all is well
     * @param detail why not, on one line; empty if healthy
     * @param elapsed how long the check took, or has taken so far
     */
    record Result(String name, boolean healthy, String detail, Duration elapsed) {
        public Result {
            Checks.notBlank("name", name);
            Checks.notNull("detail", detail);
            Checks.notNegative("elapsed", elapsed);
        }
    }
}
