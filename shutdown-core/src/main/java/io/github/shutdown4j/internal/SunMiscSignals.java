package io.github.shutdown4j.internal;

import java.util.function.Consumer;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The signal handlers of the JVM, by {@code sun.misc.Signal}. This is the only class that uses it, so that the library also
 * loads on a runtime without the module {@code jdk.unsupported}. Reflection would cost a start on newer JDKs some 10 ms of
 * processor time and, for the code that the JVM generates, up to 7 MB.
 */
final class SunMiscSignals implements SignalRegistry {

    private final SignalHandler ignored;

    /** @throws LinkageError if this runtime has no {@code sun.misc.Signal} */
    SunMiscSignals() {
        ignored = SignalHandler.SIG_IGN;
    }

    /** {@code toString()} is that of {@link Object}, so it contains {@link ProcessSignals#LABEL}. */
    private static final class Handler implements SignalHandler {

        private final Consumer<Object> body;

        Handler(Consumer<Object> body) {
            this.body = body;
        }

        @Override
        public void handle(Signal signal) {
            body.accept(signal);
        }
    }

    @Override
    public Object handler(Consumer<Object> body) {
        return new Handler(body);
    }

    @Override
    public Object exchange(String name, Object handler) {
        Signal signal;
        try {
            signal = new Signal(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("this operating system does not have it", e);
        }
        try {
            return Signal.handle(signal, (SignalHandler) handler);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the JVM leaves it to the operating system, as with -Xrs, so it ends the process at once and without "
                            + "JVM shutdown hooks; start the JVM without -Xrs",
                    e);
        }
    }

    @Override
    public Object ignored() {
        return ignored;
    }

    @Override
    public void deliver(Object handler, Object delivery) {
        ((SignalHandler) handler).handle((Signal) delivery);
    }
}
