package io.github.shutdown4j.trigger;

/**
 * A task that may throw a checked exception.
 *
 * <pre>{@code
 * CheckedRunnable startUp = schema::migrate; // throws IOException: then the process exits with 1
 * coordinator.run(startUp);
 * }</pre>
 */
@FunctionalInterface
public interface CheckedRunnable {

    /** Runs the task. An exception is the failure of the operation to which the task belongs. */
    void run() throws Exception;
}
