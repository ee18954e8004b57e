package io.github.shutdown4j.connections;

import org.jspecify.annotations.Nullable;

/**
 * Work that has a result and may throw.
 *
 * @param <T> the result
 * @param <E> what it may throw; {@link RuntimeException} if nothing checked
 */
@FunctionalInterface
public interface ThrowingSupplier<T extends @Nullable Object, E extends Exception> {

    /** Does the work and returns its result. */
    T get() throws E;
}
