package io.github.shutdown4j.internal;

import java.util.function.Consumer;

/**
 * The JVM's table of signal handlers, one for each signal, as far as we use it. Tests replace it to be on another
 * operating system. Handlers and deliveries are opaque: whoever puts a handler back puts back the very object.
 */
interface SignalRegistry {

    /** A handler to put in; {@code body} gets each delivery, on a daemon thread of the JVM. */
    Object handler(String label, Consumer<Object> body);

    /**
     * Puts {@code handler} in place.
     *
     * @return what was there before
     * @throws IllegalArgumentException if it is refused; the message says why and what that means, for people
     */
    Object exchange(String name, Object handler);

    /** The handler that stands for "ignored". */
    Object ignored();

    /** Hands a delivery to a handler that is not in the table any more, or not yet. */
    void deliver(Object handler, Object delivery);
}
