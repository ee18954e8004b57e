/** Resources that are released in order at shutdown, each within its own limit. */
@NullMarked
package io.github.shutdown4j.resources;

import org.jspecify.annotations.NullMarked;
