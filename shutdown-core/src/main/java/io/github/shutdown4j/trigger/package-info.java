/** The causes of a shutdown: signals, calls, and the single reason that results. */
@NullMarked
package io.github.shutdown4j.trigger;

import org.jspecify.annotations.NullMarked;
