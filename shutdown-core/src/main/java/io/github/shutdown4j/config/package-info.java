/** Settings: defaults, files, environment variables, and every mistake in them at once. */
@NullMarked
package io.github.shutdown4j.config;

import org.jspecify.annotations.NullMarked;
