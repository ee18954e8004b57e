package io.github.shutdown4j.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Installs handlers of process signals in the JVM and restores the previous ones. Limited to a few signals: the JVM would
 * also release signals that it needs itself (BUS, PIPE, XFSZ, USR2).
 *
 * <p>A signal has at most one owner in the process, also across copies of this library in different class loaders:
 * handlers of the library are recognized by their {@code toString()}.
 */
public final class ProcessSignals {

    private static final ComponentLogger LOG =
            new ComponentLogger("io.github.shutdown4j.trigger.SignalHandler", "signals");
    private static final Set<String> ALLOWED = Set.of("INT", "TERM", "HUP");

    /** The signals that are used neither by the JVM nor to request the end of a process. */
    public static final List<String> FREE = List.of("USR1", "WINCH", "URG", "TSTP", "PWR");

    /**
     * Part of {@code toString()} of every handler of the library, in any class loader and in relocated copies, which keep the
     * last part of their package name.
     */
    static final String LABEL = "internal.SunMiscSignals";

    private final SignalRegistry table;
    private final Set<String> owned = ConcurrentHashMap.newKeySet();

    ProcessSignals(SignalRegistry table) {
        this.table = table;
    }

    /** The signals of this process. */
    public static ProcessSignals system() {
        return Holder.SYSTEM;
    }

    /**
     * Installs a handler that calls {@code body} for each delivery, on a daemon thread of the JVM, until the
     * registration is closed. The number of calls is not exact: the operating system merges deliveries in quick
     * succession. Several calls may run concurrently. Exceptions of {@code body} are logged.
     *
     * @param name INT, TERM, HUP, or one of {@link #FREE}
     */
    public SignalRegistration install(String name, Runnable body) {
        if (!ALLOWED.contains(name) && !FREE.contains(name)) {
            throw new IllegalArgumentException("name must be one of " + ALLOWED + " or " + FREE + ", was " + name);
        }
        if (!owned.add(name)) {
            return new SignalRegistration.Owned();
        }
        boolean installed = false;
        try {
            SignalRegistration registration = exchange(name, body);
            installed = registration instanceof SignalRegistration.Installed;
            return registration;
        } finally {
            if (!installed) {
                owned.remove(name);
            }
        }
    }

    private SignalRegistration exchange(String name, Runnable body) {
        Handler registration = new Handler(name, body);
        Object previous;
        try {
            previous = table.exchange(name, registration.handler);
        } catch (IllegalArgumentException e) {
            return new SignalRegistration.Refused(String.valueOf(e.getMessage()));
        }
        boolean ignored = previous == table.ignored();
        boolean foreign = !ignored && !isLabelled(previous);
        registration.resolve(previous, foreign);
        if (foreign) {
            return registration;
        }
        if (!registration.exchangeBack()) {
            SignalLog.notInstalled(LOG, name, new SignalRegistration.Kept());
        }
        return ignored ? new SignalRegistration.Ignored() : new SignalRegistration.Owned();
    }

    /** A handler whose {@code toString()} throws does not belong to the library. */
    private static boolean isLabelled(Object handler) {
        try {
            return String.valueOf(handler.toString()).contains(LABEL);
        } catch (Throwable t) {
            return false;
        }
    }

    private final class Handler implements SignalRegistration.Installed, Consumer<Object> {

        private final String name;
        private final Runnable body;
        private final Object handler;
        private final CountDownLatch resolved = new CountDownLatch(1);
        private volatile boolean open;
        private volatile Object previous = this;

        Handler(String name, Runnable body) {
            this.name = name;
            this.body = body;
            this.handler = table.handler(this);
        }

        void resolve(Object previousHandler, boolean isOwner) {
            previous = previousHandler;
            open = isOwner;
            resolved.countDown();
        }

        /**
         * Runs on a thread of the JVM; an exception that escapes would lose the signal silently. A delivery waits until
         * it is decided whether this handler is the owner. If it is not, or is not any more (another handler may
         * restore it after it was closed), the delivery is passed on to the previous handler.
         */
        @Override
        public void accept(Object delivery) {
            try {
                Thread.currentThread().setContextClassLoader(ProcessSignals.class.getClassLoader());
                resolved.await();
                if (open) {
                    body.run();
                } else {
                    table.deliver(previous, delivery);
                }
            } catch (Throwable t) {
                logFailure(t);
            }
        }

        private void logFailure(Throwable t) {
            try {
                LOG.error("the handler of SIG{} failed", name, t);
            } catch (Throwable fromLogger) {
                System.err.println("the handler of SIG" + name + " failed: " + t + "; the logger: " + fromLogger);
            }
        }

        @Override
        public void close() {
            SignalLog.notInstalled(LOG, name, restore());
        }

        @Override
        public SignalRegistration restore() {
            if (endOwnership()) {
                try {
                    return exchangeBack() ? new SignalRegistration.Restored() : new SignalRegistration.Kept();
                } finally {
                    owned.remove(name);
                }
            }
            return new SignalRegistration.Restored();
        }

        private synchronized boolean endOwnership() {
            boolean wasOpen = open;
            open = false;
            return wasOpen;
        }

        /**
         * Restores the previous handler. If another handler was installed meanwhile, that one stays and the result is false. A
         * signal ignored since the start of the process is never exchanged: the JVM returns "ignored" both times.
         */
        boolean exchangeBack() {
            Object current = table.exchange(name, previous);
            boolean neverExchanged = previous == table.ignored() && current == previous;
            if (current == handler || neverExchanged) {
                return true;
            }
            table.exchange(name, current);
            return false;
        }
    }

    private static final class Holder {

        static final ProcessSignals SYSTEM = new ProcessSignals(table());

        private static SignalRegistry table() {
            try {
                return new SunMiscSignals();
            } catch (LinkageError e) {
                return new UnavailableSignals("this runtime has no module jdk.unsupported (" + e + "), so the JVM "
                        + "reacts itself: it runs its shutdown hooks and exits with 128 + the signal's number; add "
                        + "jdk.unsupported to the runtime");
            }
        }
    }
}
