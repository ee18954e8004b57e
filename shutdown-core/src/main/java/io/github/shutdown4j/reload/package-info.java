/** Reloads configuration on SIGHUP or on request, without stopping anything. */
@NullMarked
package io.github.shutdown4j.reload;

import org.jspecify.annotations.NullMarked;
