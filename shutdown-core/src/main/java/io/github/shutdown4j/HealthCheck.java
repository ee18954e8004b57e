package io.github.shutdown4j;

import java.time.Duration;

import io.github.shutdown4j.internal.Checks;

/**
 * Checks whether a dependency of the process is available, such as a database; see {@link ShutdownHealth#addCheck}. Runs on a
 * daemon thread, and never twice at the same time.
 *
 * <pre>{@code
 * HealthCheck answers = () -> {
 *     try (var connection = replica.getConnection()) {
 *         return connection.isValid(1);
 *     }
 * };
 * coordinator.health().addCheck("replica", answers, Duration.ofSeconds(2), Duration.ofSeconds(10));
 * }</pre>
 */
@FunctionalInterface
public interface HealthCheck {

    /**
     * Returns whether the dependency is available. An exception means that it is not; its message is shown.
     *
     * <p>The thread is interrupted once, when the limit of the check has elapsed.
     */
    boolean isHealthy() throws Exception;

    /**
     * The result of a check.
     *
     * @param name the name of the check
     * @param healthy whether the dependency is available
     * @param detail the reason if it is not, on one line; empty if healthy
     * @param elapsed the duration of the check, so far if it has not returned
     */
    record Result(String name, boolean healthy, String detail, Duration elapsed) {
        public Result {
            Checks.notBlank("name", name);
            Checks.notNull("detail", detail);
            Checks.notNegative("elapsed", elapsed);
        }
    }
}
