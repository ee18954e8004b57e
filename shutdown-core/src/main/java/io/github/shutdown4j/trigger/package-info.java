/** Why a shutdown starts: signals, calls from code, and the one reason that everybody is told. */
@NullMarked
package io.github.shutdown4j.trigger;

import org.jspecify.annotations.NullMarked;
