package io.github.shutdown4j.trigger;

/** A task that may throw a checked exception. */
@FunctionalInterface
public interface CheckedRunnable {

    /** Runs the task. An exception is the failure of the operation to which the task belongs. */
    void run() throws Exception;
}
