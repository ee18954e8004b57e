/** Mechanisms without knowledge of shutdown: time, threads, argument checks, files, signals. Not exported. */
@NullMarked
package io.github.shutdown4j.internal;

import org.jspecify.annotations.NullMarked;
