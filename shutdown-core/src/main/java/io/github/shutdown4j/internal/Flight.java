package io.github.shutdown4j.internal;

/**
 * What a shutdown tells the JDK's flight recorder. Where there is none, or nothing is recorded, this does nothing and
 * costs next to nothing; no class of {@code jdk.jfr} is known outside {@link FlightEvents}.
 */
public final class Flight {

    private static final boolean PRESENT = isPresent();

    /** Something that lasts; ends once, on any thread. */
    public interface Span {

        /**
         * Records it.
         *
         * @param outcome as the reports name it
         * @param detail one line, may be empty
         * @param number what the kind of span counts
         */
        void end(String outcome, String detail, long number);
    }

    private static final Span NONE = (outcome, detail, number) -> {};

    private Flight() {}

    /** Loads all there is, before it is needed. */
    public static void warmUp() {
        var unused = shutdown("");
        unused = phase("", 0);
        unused = step("", "");
        unused = drain("", 0);
        unused = checkpoint("", false);
    }

    /** A signal has been delivered. */
    public static void signal(String signal, String effect) {
        if (PRESENT) {
            FlightEvents.signal(signal, effect);
        }
    }

    /** A whole shutdown; its number is the exit code. */
    public static Span shutdown(String reason) {
        return PRESENT ? new FlightEvents.ShutdownEvent(reason) : NONE;
    }

    /** A phase; its number is that of its steps. */
    public static Span phase(String phase, long budgetNanos) {
        return PRESENT ? new FlightEvents.PhaseEvent(phase, budgetNanos) : NONE;
    }

    /** A step of a phase; its number is how much it has left unfinished. */
    public static Span step(String phase, String step) {
        return PRESENT ? new FlightEvents.StepEvent(phase, step) : NONE;
    }

    /** The drain of a tracker; its number is that of the guards it has given up. */
    public static Span drain(String tracker, long inHand) {
        return PRESENT ? new FlightEvents.DrainEvent(tracker, inHand) : NONE;
    }

    /** The save of a state; its number is the size in bytes. */
    public static Span checkpoint(String checkpoint, boolean last) {
        return PRESENT ? new FlightEvents.CheckpointEvent(checkpoint, last) : NONE;
    }

    /** The module is optional: a runtime image may lack it, and a modular application need not ask for it. */
    private static boolean isPresent() {
        try {
            return FlightEvents.load();
        } catch (LinkageError absent) {
            return false;
        }
    }
}
