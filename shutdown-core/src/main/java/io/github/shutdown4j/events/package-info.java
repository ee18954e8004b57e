/** A bounded queue of events that is written in batches and emptied at shutdown. */
@NullMarked
package io.github.shutdown4j.events;

import org.jspecify.annotations.NullMarked;
