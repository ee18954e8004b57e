/**
 * Graceful shutdown of a JVM process. Start with {@link io.github.shutdown4j.ShutdownCoordinator}.
 *
 * <p>Types in this package are thread-safe unless documented otherwise. Parameters and results are never null unless marked
 * {@code @Nullable}. Durations are measured on the monotonic clock, so changes of the wall clock have no effect.
 */
@NullMarked
package io.github.shutdown4j;

import org.jspecify.annotations.NullMarked;
