/** Application state in one readable file: replaced atomically, restored at start, saved at shutdown. */
@NullMarked
package io.github.shutdown4j.checkpoint;

import org.jspecify.annotations.NullMarked;
