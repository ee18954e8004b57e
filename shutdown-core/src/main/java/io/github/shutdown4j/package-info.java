/**
 * Everything an application needs to end well. Start with {@link io.github.shutdown4j.ShutdownCoordinator}.
 *
 * <p>Types in this package are safe for use by several threads unless they say otherwise. Parameters and results are
 * never null unless marked {@code @Nullable}. Durations are {@link java.time.Duration}s, measured on the monotonic
 * clock: changes of the wall clock do not matter.
 */
@NullMarked
package io.github.shutdown4j;

import org.jspecify.annotations.NullMarked;
