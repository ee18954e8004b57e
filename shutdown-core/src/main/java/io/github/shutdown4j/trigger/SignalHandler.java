package io.github.shutdown4j.trigger;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.ParentProcess;
import io.github.shutdown4j.internal.ProcessSignals;
import io.github.shutdown4j.internal.SignalLog;
import io.github.shutdown4j.internal.SignalRegistration;

/**
 * Turns SIGTERM and SIGINT (Ctrl-C, also on Windows) into a shutdown request until it is closed.
 *
 * <p>While it is open, these signals no longer end the process: the application must end the process once the
 * {@linkplain ShutdownTrigger trigger} is requested. A {@link ShutdownCoordinator} does both.
 *
 * <pre>{@code
 * ShutdownTrigger trigger = ShutdownTrigger.create();
 * try (SignalHandler signals = SignalHandler.install(trigger)) {
 *     ShutdownReason reason = trigger.await();
 *     System.out.println("ending: " + reason.text());
 * }
 * }</pre>
 *
 * <p>A signal that cannot be handled is not an error: a log line states the signal, the cause, the effect and the
 * remedy, and {@link #installed()} does not contain it. This applies
 *
 * <ul>
 *   <li>if the process was started with the signal ignored ({@code nohup}; {@code command &} in a script ignores
 *       SIGINT): it stays ignored;
 *   <li>under {@code -Xrs}: the signal ends the process immediately, without JVM shutdown hooks;
 *   <li>on a runtime without the module {@code jdk.unsupported}: the JVM runs its shutdown hooks and exits with 128 +
 *       the number of the signal.
 * </ul>
 *
 * <p>A signal has one handler in a process. A handler that was installed before is restored on close and is not called
 * until then. If another handler replaces this one, the other one stays, also on close. SIGQUIT (thread dump,
 * Ctrl-Break on Windows) is not affected.
 *
 * <p>Windows may end a process about 5 s after its console window was closed. {@code taskkill} without {@code /F} does
 * not reach a process without a window.
 */
public final class SignalHandler implements AutoCloseable {

    private static final ComponentLogger LOG = new ComponentLogger(SignalHandler.class, "signals");

    private final Map<ShutdownSignal, SignalRegistration.Installed> registrations;

    private SignalHandler(Map<ShutdownSignal, SignalRegistration.Installed> registrations) {
        this.registrations = registrations;
    }

    /**
     * Installs handlers of SIGTERM and SIGINT. The first signal requests {@code trigger}; later ones have no effect.
     *
     * @throws IllegalStateException if another handler of this kind is open in this process
     */
    public static SignalHandler install(ShutdownTrigger trigger) {
        Checks.notNull("trigger", trigger);
        // Created now, because a class that is first needed by the signal may no longer be loadable then.
        Map<ShutdownSignal, ShutdownReason> reasons = new EnumMap<>(ShutdownSignal.class);
        for (ShutdownSignal signal : ShutdownSignal.values()) {
            reasons.put(signal, new ShutdownReason.Signalled(signal));
        }
        return install(reasons.keySet(), signal -> {
            ShutdownReason reason = reasons.get(signal);
            if (reason != null) {
                trigger.request(reason);
            }
        });
    }

    /**
     * Installs handlers of {@code signals} that pass each delivery to {@code onSignal}, on a dedicated daemon thread of
     * the JVM. Deliveries may be concurrent. Exceptions of {@code onSignal} are logged.
     *
     * @throws IllegalStateException if another handler of this kind is open in this process
     */
    public static SignalHandler install(Set<ShutdownSignal> signals, Consumer<ShutdownSignal> onSignal) {
        SignalHandler handler = install(ProcessSignals.system(), signals, onSignal);
        ParentProcess.warnOfShellAsProcessOne(LOG);
        return handler;
    }

    static SignalHandler install(
            ProcessSignals process, Set<ShutdownSignal> signals, Consumer<ShutdownSignal> onSignal) {
        Checks.notNull("signals", signals);
        Checks.notNull("onSignal", onSignal);
        // Not an EnumMap, which calls values() by reflection.
        Map<ShutdownSignal, SignalRegistration.Installed> installed = new LinkedHashMap<>();
        List<ShutdownSignal> owned = new ArrayList<>();
        SignalHandler handler = new SignalHandler(installed);
        Map<ShutdownSignal, SignalRegistration> notInstalled = new LinkedHashMap<>();
        for (ShutdownSignal signal : ShutdownSignal.values()) {
            if (!signals.contains(signal)) {
                continue;
            }
            SignalRegistration registration = process.install(signal.shortName(), new Delivery(signal, onSignal));
            if (registration instanceof SignalRegistration.Installed handlerOfSignal) {
                installed.put(signal, handlerOfSignal);
            } else if (registration instanceof SignalRegistration.Owned) {
                owned.add(signal);
            } else {
                notInstalled.put(signal, registration);
            }
        }
        if (!owned.isEmpty()) {
            handler.close();
            throw new IllegalStateException(owned.stream().map(Object::toString).collect(Collectors.joining(" and "))
                    + " already handled in this process; expected no other open SignalHandler or running coordinator "
                    + "with signals, close that one first");
        }
        for (Map.Entry<ShutdownSignal, SignalRegistration> each : notInstalled.entrySet()) {
            SignalLog.notInstalled(LOG, each.getKey().shortName(), each.getValue());
        }
        return handler;
    }

    /** The callback of one signal. */
    private static final class Delivery implements Runnable {

        private final ShutdownSignal signal;
        private final Consumer<ShutdownSignal> receiver;

        Delivery(ShutdownSignal signal, Consumer<ShutdownSignal> receiver) {
            this.signal = signal;
            this.receiver = receiver;
        }

        @Override
        public void run() {
            receiver.accept(signal);
        }
    }

    /** Returns the signals that this handler has installed; unchanged by closing it. */
    public Set<ShutdownSignal> installed() {
        return registrations.isEmpty() ? Set.of() : EnumSet.copyOf(registrations.keySet());
    }

    /**
     * Restores the previous handlers. May be called by any thread, also within a delivery, and repeatedly. Does not
     * wait for a running delivery.
     */
    @Override
    public void close() {
        registrations.values().forEach(SignalRegistration.Installed::close);
    }
}
