package io.github.shutdown4j.internal;

/** The result of installing a signal handler. */
public sealed interface SignalRegistration {

    /** The handler is installed. Closing it restores the previous handler, or logs that another one is kept. */
    non-sealed interface Installed extends SignalRegistration, AutoCloseable {
        @Override
        void close();

        /**
         * Does the same without logging, for a caller with a lock.
         *
         * @return {@link Restored} or {@link Kept}
         */
        SignalRegistration restore();
    }

    /** The previous handler is installed again, or was before. */
    record Restored() implements SignalRegistration {}

    /** Other code has installed a handler since, which is kept. */
    record Kept() implements SignalRegistration {}

    /**
     * The process was started with the signal ignored, so it is never delivered to any handler. Nothing was changed.
     */
    record Ignored() implements SignalRegistration {}

    /** Another part of this process owns the signal. Nothing was changed. */
    record Owned() implements SignalRegistration {}

    /** The JVM or the operating system refuses. {@code why} states the cause, the effect and the remedy. */
    record Refused(String why) implements SignalRegistration {}
}
