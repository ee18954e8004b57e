package io.github.shutdown4j.connections;

/**
 * Work that may throw.
 *
 * <pre>{@code
 * jobs.run(export::write); // throws IOException, as write does
 * }</pre>
 *
 * @param <E> the checked exception; {@link RuntimeException} if there is none
 */
@FunctionalInterface
public interface ThrowingRunnable<E extends Exception> {

    /** Does the work. */
    void run() throws E;
}
