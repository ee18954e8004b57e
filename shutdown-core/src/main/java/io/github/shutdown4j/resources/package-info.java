/** Closes what the process holds, in order, each within its own limit. */
@NullMarked
package io.github.shutdown4j.resources;

import org.jspecify.annotations.NullMarked;
