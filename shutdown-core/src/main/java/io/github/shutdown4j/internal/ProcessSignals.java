package io.github.shutdown4j.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Takes process signals over from the JVM and gives them back. Only a few: the JVM would also hand out signals that it
 * needs itself (BUS, PIPE, XFSZ, USR2).
 *
 * <p>A signal has one owner in the process at a time. That also holds between copies of this library in different
 * class loaders: an own handler is known by its text.
 */
public final class ProcessSignals {

    private static final ComponentLogger LOG =
            new ComponentLogger("io.github.shutdown4j.trigger.SignalHandler", "signals");
    private static final Set<String> ALLOWED = Set.of("INT", "TERM", "HUP");

    /** Those that neither the JVM needs nor a request to end has. */
    public static final List<String> FREE = List.of("USR1", "WINCH", "URG", "TSTP", "PWR");
    /** What is in the text of every handler of ours, whichever class loader it is from, in a relocated copy too. */
    static final String LABEL = "shutdown4j.internal.JvmSignalTable";

    private final SignalRegistry table;
    private final Set<String> owned = ConcurrentHashMap.newKeySet();

    ProcessSignals(SignalRegistry table) {
        this.table = table;
    }

    /** The signals of this process. */
    public static ProcessSignals system() {
        return GuardInfo.SYSTEM;
    }

    /**
     * Has {@code body} called for each delivery, on a daemon thread of the JVM, until the claim is closed. Deliveries
     * are not to be counted: the operating system merges those that come too fast. Several may run at once. What
     * {@code body} throws is logged.
     *
     * @param name INT, TERM, HUP, or one of {@link #FREE}
     */
    public SignalRegistration take(String name, Runnable body) {
        if (!ALLOWED.contains(name) && !FREE.contains(name)) {
            throw new IllegalArgumentException("name must be one of " + ALLOWED + " or " + FREE + ", was " + name);
        }
        if (!owned.add(name)) {
            return new SignalRegistration.Owned();
        }
        boolean taken = false;
        try {
            SignalRegistration claim = exchange(name, body);
            taken = claim instanceof SignalRegistration.Taken;
            return claim;
        } finally {
            if (!taken) {
                owned.remove(name);
            }
        }
    }

    private SignalRegistration exchange(String name, Runnable body) {
        Claim claim = new Claim(name, body);
        Object former;
        try {
            former = table.exchange(name, claim.handler);
        } catch (IllegalArgumentException e) {
            return new SignalRegistration.Refused(String.valueOf(e.getMessage()));
        }
        boolean ignored = former == table.ignored();
        boolean foreign = !ignored && !former.toString().contains(LABEL);
        claim.decide(former, foreign);
        if (foreign) {
            return claim;
        }
        claim.putBack();
        return ignored ? new SignalRegistration.Ignored() : new SignalRegistration.Owned();
    }

    private final class Claim implements SignalRegistration.Taken, Consumer<Object> {

        private final String name;
        private final Runnable body;
        private final Object handler;
        private final CountDownLatch decided = new CountDownLatch(1);
        private final AtomicBoolean open = new AtomicBoolean();
        private volatile Object former = this;

        Claim(String name, Runnable body) {
            this.name = name;
            this.body = body;
            this.handler = table.handler(LABEL + name, this);
        }

        void decide(Object handlerBefore, boolean ours) {
            former = handlerBefore;
            open.set(ours);
            decided.countDown();
        }

        /**
         * Runs on a thread of the JVM. An exception that left it would lose the signal without a word. Before it is
         * decided whether the signal is ours, a delivery waits; once it is not ours (any more: somebody who found our
         * handler in the table may put it back after we have closed), it goes to the handler that was there before.
         */
        @Override
        public void accept(Object delivery) {
            try {
                Thread.currentThread().setContextClassLoader(ProcessSignals.class.getClassLoader());
                decided.await();
                if (open.get()) {
                    body.run();
                } else {
                    table.deliver(former, delivery);
                }
            } catch (Throwable t) {
                complain(t);
            }
        }

        private void complain(Throwable t) {
            try {
                LOG.error("the handler of SIG{} failed", name, t);
            } catch (Throwable fromLogger) {
                System.err.println("the handler of SIG" + name + " failed: " + t + "; the logger: " + fromLogger);
            }
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                try {
                    putBack();
                } finally {
                    owned.remove(name);
                }
            }
        }

        /**
         * If somebody has replaced our handler meanwhile, theirs stays. A signal that the process was started to ignore
         * is never really exchanged: the JVM answers "ignored" both times.
         */
        void putBack() {
            Object present = table.exchange(name, former);
            boolean neverOurs = former == table.ignored() && present == former;
            if (present != handler && !neverOurs) {
                table.exchange(name, present);
                LOG.info("SIG{} was taken over by another handler meanwhile, which stays", name);
            }
        }
    }

    private static final class GuardInfo {

        static final ProcessSignals SYSTEM = new ProcessSignals(table());

        private static SignalRegistry table() {
            try {
                return new SunMiscSignals();
            } catch (ReflectiveOperationException | LinkageError e) {
                return new UnavailableSignals("this runtime has no module jdk.unsupported (" + e + "), so the JVM "
                        + "reacts itself: it runs its shutdown hooks and exits with 128 + the signal's number; add "
                        + "jdk.unsupported to the runtime");
            }
        }
    }
}
