package io.github.shutdown4j.internal;

/** The result of installing a signal handler. */
public sealed interface SignalRegistration {

    /** The handler is installed. Closing it restores the previous handler. */
    non-sealed interface Installed extends SignalRegistration, AutoCloseable {
        @Override
        void close();
    }

    /**
     * The process was started with the signal ignored, so it is never delivered to any handler. Nothing was changed.
     */
    record Ignored() implements SignalRegistration {}

    /** Another part of this process owns the signal. Nothing was changed. */
    record Owned() implements SignalRegistration {}

    /** The JVM or the operating system refuses. {@code why} states the cause, the effect and the remedy. */
    record Refused(String why) implements SignalRegistration {}
}
