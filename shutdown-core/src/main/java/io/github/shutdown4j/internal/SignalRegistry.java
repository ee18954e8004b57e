package io.github.shutdown4j.internal;

import java.util.function.Consumer;

/**
 * The signal handler table of the JVM, one handler per signal, reduced to what the library needs. Tests replace it to
 * simulate other operating systems. Handlers and deliveries are opaque; restoring a handler needs the identical object.
 */
interface SignalRegistry {

    /**
     * Creates a handler whose {@code toString()} contains {@link ProcessSignals#LABEL}. Each delivery is passed to {@code body}
     * on a daemon thread of the JVM.
     */
    Object handler(Consumer<Object> body);

    /**
     * Installs {@code handler}.
     *
     * @return the previous handler
     * @throws IllegalArgumentException if it is refused; the message states the cause and the effect for users
     */
    Object exchange(String name, Object handler);

    /** Returns the handler that represents "ignored". */
    Object ignored();

    /** Passes a delivery to a handler that is not installed. */
    void deliver(Object handler, Object delivery);
}
