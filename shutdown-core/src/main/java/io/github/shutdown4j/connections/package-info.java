/** Counts work in flight, refuses new work once draining begins, and waits for the rest. */
@NullMarked
package io.github.shutdown4j.connections;

import org.jspecify.annotations.NullMarked;
