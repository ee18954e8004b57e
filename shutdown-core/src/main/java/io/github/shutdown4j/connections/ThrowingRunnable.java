package io.github.shutdown4j.connections;

/**
 * Work that may throw.
 *
 * @param <E> what it may throw; {@link RuntimeException} if nothing checked
 */
@FunctionalInterface
public interface ThrowingRunnable<E extends Exception> {

    /** Does the work. */
    void run() throws E;
}
