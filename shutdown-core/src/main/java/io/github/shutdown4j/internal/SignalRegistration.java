package io.github.shutdown4j.internal;

/** What became of the attempt to take a signal over. */
public sealed interface SignalRegistration {

    /** Deliveries come to us until it is closed, which puts the former handler back. */
    non-sealed interface Taken extends SignalRegistration, AutoCloseable {
        @Override
        void close();
    }

    /** The process was started with the signal ignored; it never arrives, whoever handles it. Nothing was changed. */
    record Ignored() implements SignalRegistration {}

    /** Another owner in this process has it already. Nothing was changed. */
    record Owned() implements SignalRegistration {}

    /** The JVM or the operating system does not let us. {@code why} goes on: why, what that means, what to do. */
    record Refused(String why) implements SignalRegistration {}
}
