package io.github.shutdown4j.reload;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.ProcessSignals;
import io.github.shutdown4j.internal.SignalLog;
import io.github.shutdown4j.internal.SignalRegistration;

/**
 * The handler of SIGHUP, which requests reloads while it is installed, and has no effect during a shutdown. Except for {@link #run()} and {@link
 * #logUnlessInstalled}, guarded by the lock of the reloader.
 */
final class SighupHandler implements Runnable {

    private static final ComponentLogger SIGNALS_LOG = new ComponentLogger(Reloader.class, "signals");
    private static final String HANGUP = "HUP";

    private final ProcessSignals signals;
    private final Reloader reloader;
    private @Nullable SignalRegistration registration;

    SighupHandler(ProcessSignals signals, Reloader reloader) {
        this.signals = signals;
        this.reloader = reloader;
    }

    /** Installs the handler or restores the previous one. Returns what has changed, which must be logged without the lock. */
    Optional<SignalRegistration> setWanted(boolean wanted) {
        SignalRegistration previous = registration;
        if (wanted && previous == null) {
            registration = signals.install(HANGUP, this);
            return Optional.of(registration);
        }
        if (!wanted && previous != null) {
            registration = null;
            if (previous instanceof SignalRegistration.Installed installed) {
                return Optional.of(installed.restore());
            }
        }
        return Optional.empty();
    }

    static void logUnlessInstalled(Optional<SignalRegistration> change) {
        if (change.isPresent() && change.get() instanceof SignalRegistration.Refused refused) {
            Reloader.LOG.info("available by call only, because SIGHUP cannot be handled: {}", refused.why());
        } else if (change.isPresent()) {
            SignalLog.notInstalled(SIGNALS_LOG, HANGUP, change.get());
        }
    }

    /** Receives a SIGHUP. */
    @Override
    public void run() {
        if (reloader.isStopping()) {
            Jfr.signal("SIGHUP", "changes nothing, shutting down");
            Reloader.LOG.info("SIGHUP has no effect, shutting down");
        } else {
            Jfr.signal("SIGHUP", "requests a reload");
            var unused = reloader.reload("SIGHUP");
        }
    }
}
