package io.github.shutdown4j.trigger;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.ProcessSignals;
import io.github.shutdown4j.internal.SignalLog;
import io.github.shutdown4j.internal.SignalRegistration;

/**
 * Turns SIGTERM and SIGINT (Ctrl-C, also on Windows) into a shutdown request, until it is closed.
 *
 * <p>While it is open, these signals do not end the process any more: whoever installs it must end the process when the
 * {@linkplain ShutdownTrigger trigger} says so. A {@link ShutdownCoordinator} does both.
 *
 * <p>A signal that cannot be taken over is no error: a line in the log says which, why, what it does instead and what
 * to do about it, and {@link #taken()} leaves it out. That is so
 *
 * <ul>
 *   <li>where the process was started with the signal ignored ({@code nohup}, or {@code command &} in a script ignores
 *       SIGINT): it stays ignored;
 *   <li>under {@code -Xrs}: the signal ends the process at once, and no JVM shutdown hook runs;
 *   <li>on a runtime without the module {@code jdk.unsupported}: the JVM runs its shutdown hooks and exits with 128 +
 *       the signal's number.
 * </ul>
 *
 * <p>A signal has one handler in a process. A handler that somebody else had installed is put back on close; until then
 * it is not called. If somebody else replaces ours, theirs stays, also on close. SIGQUIT (a thread dump, Ctrl-Break on
 * Windows) is never touched.
 *
 * <p>Windows may end a process about 5 s after its console window was closed, whatever is still going on, and {@code
 * taskkill} without {@code /F} does not reach a process without a window.
 */
public final class SignalHandler implements AutoCloseable {

    private static final ComponentLogger LOG = new ComponentLogger(SignalHandler.class, "signals");

    private final Map<ShutdownSignal, SignalRegistration.Taken> claims;

    private SignalHandler(Map<ShutdownSignal, SignalRegistration.Taken> claims) {
        this.claims = claims;
    }

    /**
     * Takes SIGTERM and SIGINT over; the first that arrives is a request to {@code trigger}, later ones change nothing.
     *
     * @throws IllegalStateException if another handler of this kind is open in this process
     */
    public static SignalHandler install(ShutdownTrigger trigger) {
        Checks.notNull("trigger", trigger);
        // Made now, because a class that is first needed when the signal comes may not be there any more.
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
     * Takes over {@code signals} and passes every delivery on to {@code onSignal}, on a daemon thread of the JVM that does
     * nothing else. Two deliveries may be passed on at the same time. What {@code onSignal} throws is logged.
     *
     * @throws IllegalStateException if another handler of this kind is open in this process
     */
    public static SignalHandler install(Set<ShutdownSignal> signals, Consumer<ShutdownSignal> onSignal) {
        return install(ProcessSignals.system(), signals, onSignal);
    }

    static SignalHandler install(
            ProcessSignals process, Set<ShutdownSignal> signals, Consumer<ShutdownSignal> onSignal) {
        Checks.notNull("signals", signals);
        Checks.notNull("onSignal", onSignal);
        Map<ShutdownSignal, SignalRegistration.Taken> taken = new EnumMap<>(ShutdownSignal.class);
        List<ShutdownSignal> owned = new ArrayList<>();
        SignalHandler handler = new SignalHandler(taken);
        Map<ShutdownSignal, SignalRegistration> notTaken = new EnumMap<>(ShutdownSignal.class);
        for (ShutdownSignal signal : ShutdownSignal.values()) {
            if (!signals.contains(signal)) {
                continue;
            }
            SignalRegistration claim = process.take(signal.shortName(), new Delivery(signal, onSignal));
            if (claim instanceof SignalRegistration.Taken mine) {
                taken.put(signal, mine);
            } else if (claim instanceof SignalRegistration.Owned) {
                owned.add(signal);
            } else {
                notTaken.put(signal, claim);
            }
        }
        if (!owned.isEmpty()) {
            handler.close();
            throw new IllegalStateException(owned.stream().map(Object::toString).collect(Collectors.joining(" and "))
                    + " already handled in this process; expected no other open SignalHandler or running coordinator "
                    + "with signals, close that one first");
        }
        for (Map.Entry<ShutdownSignal, SignalRegistration> each : notTaken.entrySet()) {
            SignalLog.notTaken(LOG, each.getKey().shortName(), each.getValue());
        }
        return handler;
    }

    /** What the process calls for one signal. */
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

    /** The signals that this handler has taken over; the same after it is closed. */
    public Set<ShutdownSignal> taken() {
        return claims.isEmpty() ? Set.of() : EnumSet.copyOf(claims.keySet());
    }

    /**
     * Puts the former handlers back: from now on the signals do what they did before. May be called by any thread, also
     * from within a delivery, and more than once. A delivery that is under way is not waited for.
     */
    @Override
    public void close() {
        claims.values().forEach(SignalRegistration.Taken::close);
    }
}
