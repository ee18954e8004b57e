/** Services that start together, are supervised, and stop together. */
@NullMarked
package io.github.shutdown4j.services;

import org.jspecify.annotations.NullMarked;
