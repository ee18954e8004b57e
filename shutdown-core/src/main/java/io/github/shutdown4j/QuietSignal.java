package io.github.shutdown4j;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.ProcessSignals;
import io.github.shutdown4j.internal.SignalLog;
import io.github.shutdown4j.internal.SignalRegistration;

/** Makes a coordinator quiet when a signal arrives. */
final class QuietSignal implements Attachment {

    private static final ComponentLogger LOG = new ComponentLogger(ShutdownCoordinator.class, "signals");

    private final String signal;
    private @Nullable SignalRegistration installed; // guarded by this

    QuietSignal(String signal) {
        if (!ProcessSignals.FREE.contains(signal)) {
            throw new IllegalArgumentException(
                    "signal must be one of " + ProcessSignals.FREE + ", without \"SIG\", was \"" + signal + "\"");
        }
        this.signal = signal;
    }

    @Override
    public void attach(ShutdownCoordinator coordinator) {
        SignalRegistration registration =
                ProcessSignals.system().install(signal, () -> coordinator.quiet("SIG" + signal));
        SignalRegistration ignored = exchange(registration);
        SignalLog.notInstalled(LOG, signal, registration);
    }

    @Override
    public void detach() { // without the lock, because to close a registration may log
        if (exchange(null) instanceof SignalRegistration.Installed registration) {
            registration.close();
        }
    }

    private synchronized @Nullable SignalRegistration exchange(@Nullable SignalRegistration next) {
        SignalRegistration previous = installed;
        installed = next;
        return previous;
    }

    @Override
    public String toString() {
        return "the handler of SIG" + signal;
    }
}
