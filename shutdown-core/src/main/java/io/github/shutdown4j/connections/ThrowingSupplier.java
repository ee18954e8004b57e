package io.github.shutdown4j.connections;

import org.jspecify.annotations.Nullable;

/**
 * Work that returns a result and may throw.
 *
 * <pre>{@code
 * Order order = requests.call(() -> orders.load(id)); // throws SQLException, as load does
 * }</pre>
 *
 * @param <T> the type of the result
 * @param <E> the checked exception; {@link RuntimeException} if there is none
 */
@FunctionalInterface
public interface ThrowingSupplier<T extends @Nullable Object, E extends Exception> {

    /** Does the work and returns its result. */
    T get() throws E;
}
