package io.github.shutdown4j;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.EnumSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.trigger.ShutdownSignal;
import io.github.shutdown4j.trigger.ShuttingDownException;
import io.github.shutdown4j.trigger.SignalHandler;

/**
 * What a coordinator takes of the process, all or nothing: the signals, a JVM hook as the net under them, and, if asked
 * for, the exceptions that nobody catches. Closing gives everything back as it was.
 */
final class ProcessHooks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProcessHooks.class);

    private final ProcessExit exit;
    private final SignalHandler signals;
    private final Thread hook;
    private @Nullable UncaughtNet uncaught;

    private ProcessHooks(ProcessExit exit, SignalHandler signals, Thread hook) {
        this.exit = exit;
        this.signals = signals;
        this.hook = hook;
    }

    /**
     * Takes signals and hook.
     *
     * @throws IllegalStateException if somebody else has the signals
     * @throws ShuttingDownException if the JVM is already exiting
     */
    static ProcessHooks take(ProcessExit exit, Consumer<ShutdownSignal> onSignal, Runnable onJvmExit) {
        SignalHandler signals = SignalHandler.install(EnumSet.allOf(ShutdownSignal.class), onSignal);
        Thread hook = NamedThreads.keepingAlive("hook", onJvmExit);
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

    /** From now on hears of every exception that nobody catches. */
    void watchUncaught(BiConsumer<Thread, Throwable> onUncaught) {
        UncaughtNet net = new UncaughtNet(Thread.getDefaultUncaughtExceptionHandler(), onUncaught);
        Thread.setDefaultUncaughtExceptionHandler(net);
        uncaught = net;
    }

    @Override
    public void close() {
        signals.close();
        exit.removeHook(hook);
        if (uncaught != null && Thread.getDefaultUncaughtExceptionHandler() == uncaught) {
            Thread.setDefaultUncaughtExceptionHandler(uncaught.former);
        }
    }

    /** Stands before the handler that was there. */
    private record UncaughtNet(@Nullable UncaughtExceptionHandler former, BiConsumer<Thread, Throwable> onUncaught)
            implements UncaughtExceptionHandler {

        @Override
        public void uncaughtException(Thread thread, Throwable failure) {
            try {
                if (former != null) {
                    former.uncaughtException(thread, failure);
                } else {
                    log.error("Uncaught exception in thread '{}'", thread.getName(), failure);
                }
            } finally {
                onUncaught.accept(thread, failure);
            }
        }
    }
}
