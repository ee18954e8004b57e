package io.github.shutdown4j.internal;

/**
 * What a shutdown tells the JDK's flight recorder. Where there is none, or nothing is recorded, this does nothing and
 * costs next to nothing; no class of {@code jdk.jfr} is known outside {@link JfrEvents}.
 *
 * <p>The first instance of an event has the JDK read the description of all its own events, some 200 ms of work and
 * several megabytes; so there is none before somebody has begun to record.
 */
public final class Jfr {

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

    private Jfr() {}

    /** Loads all there is, before it is needed. */
    public static void warmUp() {
        if (PRESENT) {
            JfrEvents.load();
        }
    }

    /** Whether somebody records, or has. */
    public static boolean isOn() {
        return PRESENT && JfrEvents.isOn();
    }

    /** A signal has been delivered. */
    public static void signal(String signal, String effect) {
        if (isOn()) {
            JfrEvents.signal(signal, effect);
        }
    }

    /** A whole shutdown; its number is the exit code, -1 if that was decided elsewhere. */
    public static Span shutdown(String reason) {
        return isOn() ? new JfrEvents.ShutdownEvent(reason) : NONE;
    }

    /** A phase; its number is that of its steps. */
    public static Span phase(String phase, long budgetNanos) {
        return isOn() ? new JfrEvents.PhaseEvent(phase, budgetNanos) : NONE;
    }

    /** A step of a phase; its number is how much it has left unfinished. */
    public static Span step(String phase, String step) {
        return isOn() ? new JfrEvents.StepEvent(phase, step) : NONE;
    }

    /** The drain of a tracker; its number is that of the guards it abandoned. */
    public static Span drain(String tracker, long inHand) {
        return isOn() ? new JfrEvents.DrainEvent(tracker, inHand) : NONE;
    }

    /** The save of a state; its number is the size in bytes. */
    public static Span checkpoint(String checkpoint, boolean last) {
        return isOn() ? new JfrEvents.CheckpointEvent(checkpoint, last) : NONE;
    }

    /** The module is optional: a runtime image may lack it, and a modular application need not ask for it. */
    private static boolean isPresent() {
        try {
            var unused = JfrEvents.isOn();
            return true;
        } catch (LinkageError absent) {
            return false;
        }
    }
}
