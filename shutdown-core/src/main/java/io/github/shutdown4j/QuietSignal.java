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
    private @Nullable SignalRegistration installed;

    QuietSignal(String signal) {
        if (!ProcessSignals.FREE.contains(signal)) {
            throw new IllegalArgumentException(
                    "signal must be one of " + ProcessSignals.FREE + ", without \"SIG\", was \"" + signal + "\"");
        }
        this.signal = signal;
    }

    @Override
    public synchronized void attach(ShutdownCoordinator coordinator) {
        SignalRegistration registration =
                ProcessSignals.system().install(signal, () -> coordinator.quiet("SIG" + signal));
        SignalLog.notInstalled(LOG, signal, registration);
        installed = registration;
    }

    @Override
    public synchronized void detach() {
        if (installed instanceof SignalRegistration.Installed registration) {
            registration.close();
        }
        installed = null;
    }
}
