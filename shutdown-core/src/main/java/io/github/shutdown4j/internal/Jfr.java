package io.github.shutdown4j.internal;

/**
 * Records the events of a shutdown with JDK Flight Recorder. Without the recorder module or an active recording, all
 * methods do nothing at almost no cost; only {@link JfrEvents} refers to {@code jdk.jfr}.
 *
 * <p>No method throws anything: a failure to record, for example for lack of memory, does not affect the recorded code.
 *
 * <p>Creating the first event makes the JDK read the metadata of all of its own events, which takes about 200 ms and
 * several megabytes. Therefore no event is created before a recording has started.
 */
public final class Jfr {

    private static final boolean PRESENT = isPresent();

    /** An event with a duration; ends once, on any thread. */
    public interface Span {

        /** Records nothing. */
        Span NONE = new Unrecorded();

        /**
         * Ends and records the event.
         *
         * @param outcome the outcome as in reports
         * @param detail one line, may be empty
         * @param number the count that this kind of event records
         */
        void end(String outcome, String detail, long number);
    }

    private record Unrecorded() implements Span {

        @Override
        public void end(String outcome, String detail, long number) {}
    }

    private Jfr() {}

    /** Loads the event classes before they are needed. */
    public static void warmUp() {
        if (PRESENT) {
            JfrEvents.load();
        }
    }

    /** Returns whether a recording is or was active. */
    public static boolean isOn() {
        return PRESENT && JfrEvents.isOn();
    }

    /** Records the delivery of a signal. */
    public static void signal(String signal, String effect) {
        try {
            if (isOn()) {
                JfrEvents.signal(signal, effect);
            }
        } catch (RuntimeException | Error unrecorded) {
            // As in a span, a failure to record must not affect the recorded code.
        }
    }

    /** Starts the event of a shutdown; its number is the exit code, or -1 if that was decided elsewhere. */
    public static Span shutdown(String reason) {
        try {
            return isOn() ? new JfrEvents.ShutdownEvent(reason) : Span.NONE;
        } catch (RuntimeException | Error unrecorded) {
            return Span.NONE;
        }
    }

    /** Starts the event of a phase; its number is the number of steps. */
    public static Span phase(String phase, long budgetNanos) {
        try {
            return isOn() ? new JfrEvents.PhaseEvent(phase, budgetNanos) : Span.NONE;
        } catch (RuntimeException | Error unrecorded) {
            return Span.NONE;
        }
    }

    /** Starts the event of a step; its number is the count of unfinished work. */
    public static Span step(String phase, String step) {
        try {
            return isOn() ? new JfrEvents.StepEvent(phase, step) : Span.NONE;
        } catch (RuntimeException | Error unrecorded) {
            return Span.NONE;
        }
    }

    /** Starts the event of the drain of a tracker; its number is the count of abandoned guards. */
    public static Span drain(String tracker, long inFlight) {
        try {
            return isOn() ? new JfrEvents.DrainEvent(tracker, inFlight) : Span.NONE;
        } catch (RuntimeException | Error unrecorded) {
            return Span.NONE;
        }
    }

    /** Starts the event of a save; its number is the size in bytes. */
    public static Span checkpoint(String checkpoint, boolean last) {
        try {
            return isOn() ? new JfrEvents.CheckpointEvent(checkpoint, last) : Span.NONE;
        } catch (RuntimeException | Error unrecorded) {
            return Span.NONE;
        }
    }

    /** The module is optional: a runtime image may lack it, and a modular application need not require it. */
    private static boolean isPresent() {
        try {
            var unused = JfrEvents.isOn();
            return true;
        } catch (LinkageError absent) {
            return false;
        }
    }
}
