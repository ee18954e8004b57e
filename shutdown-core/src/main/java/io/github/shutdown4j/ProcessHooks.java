package io.github.shutdown4j;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;
import io.github.shutdown4j.trigger.ShuttingDownException;
import io.github.shutdown4j.trigger.SignalHandler;

/**
 * The changes that a coordinator makes in the process, all or nothing: signal handlers, a JVM shutdown hook and, if
 * enabled, a handler of uncaught exceptions. Closing restores the previous handlers.
 */
final class ProcessHooks implements AutoCloseable {

    private final ProcessExit exit;
    private final SignalHandler signals;
    private final Thread hook;
    private @Nullable UncaughtExceptionForwarder uncaught;

    private ProcessHooks(ProcessExit exit, SignalHandler signals, Thread hook) {
        this.exit = exit;
        this.signals = signals;
        this.hook = hook;
    }

    /**
     * Installs signal handlers and the hook.
     *
     * @throws IllegalStateException if the signals are already handled by another coordinator
     * @throws ShuttingDownException if the JVM is already exiting
     */
    static ProcessHooks install(ProcessExit exit, Consumer<ShutdownSignal> onSignal, Runnable onJvmExit) {
        SignalHandler signals = SignalHandler.install(Set.of(ShutdownSignal.values()), onSignal);
        Thread hook = NamedThreads.nonDaemon("hook", onJvmExit);
        try {
            exit.addHook(hook);
        } catch (IllegalStateException exiting) {
            signals.close();
            throw new ShuttingDownException("the JVM is already exiting; a coordinator can no longer start");
        } catch (RuntimeException | Error failure) {
            signals.close();
            throw failure;
        }
        return new ProcessHooks(exit, signals, hook);
    }

    /** Forwards every uncaught exception from now on. */
    void forwardUncaught(BiConsumer<Thread, Throwable> onUncaught) {
        UncaughtExceptionForwarder forwarder =
                new UncaughtExceptionForwarder(Thread.getDefaultUncaughtExceptionHandler(), onUncaught);
        Prepared.load();
        Thread.setDefaultUncaughtExceptionHandler(forwarder);
        uncaught = forwarder;
    }

    @Override
    public void close() {
        signals.close();
        exit.removeHook(hook);
        if (uncaught != null && Thread.getDefaultUncaughtExceptionHandler() == uncaught) {
            Thread.setDefaultUncaughtExceptionHandler(uncaught.previous);
        }
    }

    static ShutdownReason reasonOf(Thread thread, Throwable failure) {
        try {
            return new ShutdownReason.UncaughtException(nameOf(thread), failure);
        } catch (OutOfMemoryError full) {
            return Prepared.UNCAUGHT;
        }
    }

    /** A class of its own, loaded only if uncaught exceptions are watched. */
    private static final class Prepared {
        static final ShutdownReason UNCAUGHT =
                new ShutdownReason.UncaughtException("unknown", new OutOfMemoryError("no memory for the reason"));

        static void load() {}
    }

    /** Most virtual threads have no name. */
    private static String nameOf(Thread thread) {
        return thread.getName().isBlank() ? "#" + thread.getId() : thread.getName();
    }

    /** Calls the previous handler first. */
    private record UncaughtExceptionForwarder(
            @Nullable UncaughtExceptionHandler previous, BiConsumer<Thread, Throwable> onUncaught)
            implements UncaughtExceptionHandler {

        @Override
        public void uncaughtException(Thread thread, Throwable failure) {
            try {
                if (previous != null) {
                    previous.uncaughtException(thread, failure);
                } else {
                    // Written by another thread, because a log that blocks must not delay the shutdown.
                    ShutdownLog.written().uncaught(nameOf(thread), failure);
                }
            } finally {
                onUncaught.accept(thread, failure);
            }
        }
    }
}
