package io.github.shutdown4j.internal;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The JDK Flight Recorder events, and the only class that refers to the recorder. Event names are part of the API. */
@SuppressWarnings("unused") // the recorder reads the fields
final class JfrEvents {

    private JfrEvents() {}

    /** Returns whether a recording is or was active. Fails to link if the recorder is absent. */
    static boolean isOn() {
        return FlightRecorder.isInitialized();
    }

    /**
     * Loads the event classes. They are initialized only during a recording: initialization would start the recorder.
     */
    static void load() {
        for (Class<?> event : JfrEvents.class.getNestMembers()) {
            try {
                Class.forName(event.getName(), isOn(), event.getClassLoader());
            } catch (ClassNotFoundException impossible) {
                throw new LinkageError(event.getName(), impossible);
            }
        }
    }

    static void signal(String signal, String effect) {
        SignalEvent event = new SignalEvent(signal, effect);
        if (event.isEnabled()) {
            event.commit();
        }
    }

    /** The common part of events with a duration. */
    @StackTrace(false)
    @Category("shutdown4j")
    abstract static class SpanEvent extends Event implements Jfr.Span {

        @Label("Outcome")
        String outcome = "";

        @Label("Detail")
        String detail = "";

        void end(String outcome, String detail) {
            try {
                if (isEnabled()) {
                    this.outcome = outcome;
                    this.detail = detail;
                    commit();
                }
            } catch (RuntimeException | Error unrecorded) {
                // For example out of memory: a failure to record must not affect the recorded code.
            }
        }
    }

    @Name("io.github.shutdown4j.Signal")
    @Label("Signal")
    @Description("A signal has been delivered to the process")
    @Category("shutdown4j")
    @StackTrace(false)
    static final class SignalEvent extends Event {

        @Label("Signal")
        String signal;

        @Label("Effect")
        String effect;

        SignalEvent(String signal, String effect) {
            this.signal = signal;
            this.effect = effect;
        }
    }

    @Name("io.github.shutdown4j.Shutdown")
    @Label("Shutdown")
    @Description("From the request to the end of the last phase")
    static final class ShutdownEvent extends SpanEvent {

        @Label("Reason")
        String reason;

        @Label("Exit Code")
        @Description("-1 if it was decided elsewhere")
        long exitCode;

        ShutdownEvent(String reason) {
            this.reason = reason;
            begin();
        }

        @Override
        public void end(String outcome, String detail, long number) {
            exitCode = number;
            end(outcome, detail);
        }
    }

    @Name("io.github.shutdown4j.Phase")
    @Label("Shutdown Phase")
    static final class PhaseEvent extends SpanEvent {

        @Label("Phase")
        String phase;

        @Label("Budget")
        @Timespan(Timespan.NANOSECONDS)
        long budget;

        @Label("Steps")
        long steps;

        PhaseEvent(String phase, long budgetNanos) {
            this.phase = phase;
            this.budget = budgetNanos;
            begin();
        }

        @Override
        public void end(String outcome, String detail, long number) {
            steps = number;
            end(outcome, detail);
        }
    }

    @Name("io.github.shutdown4j.Step")
    @Label("Shutdown Step")
    @Description("A service stopped, a tracker drained, a state saved or a resource released")
    static final class StepEvent extends SpanEvent {

        @Label("Phase")
        String phase;

        @Label("Step")
        String step;

        @Label("Unfinished")
        long unfinished;

        StepEvent(String phase, String step) {
            this.phase = phase;
            this.step = step;
            begin();
        }

        @Override
        public void end(String outcome, String detail, long number) {
            unfinished = number;
            end(outcome, detail);
        }
    }

    @Name("io.github.shutdown4j.Drain")
    @Label("Drain")
    @Description("The wait for the in-flight work of one tracker")
    static final class DrainEvent extends SpanEvent {

        @Label("Tracker")
        String tracker;

        @Label("In Flight")
        @Description("Guards open when the drain began")
        long inFlight;

        @Label("Abandoned")
        @Description("Guards open when its time was up")
        long abandoned;

        DrainEvent(String tracker, long inFlight) {
            this.tracker = tracker;
            this.inFlight = inFlight;
            begin();
        }

        @Override
        public void end(String outcome, String detail, long number) {
            abandoned = number;
            end(outcome, detail);
        }
    }

    @Name("io.github.shutdown4j.CheckpointSave")
    @Label("Checkpoint Save")
    @Description("A state written to its file, periodically or at the end")
    static final class CheckpointEvent extends SpanEvent {

        @Label("Checkpoint")
        String checkpoint;

        @Label("Last of the Run")
        boolean last;

        @Label("Size")
        @DataAmount
        long size;

        CheckpointEvent(String checkpoint, boolean last) {
            this.checkpoint = checkpoint;
            this.last = last;
            begin();
        }

        @Override
        public void end(String outcome, String detail, long number) {
            size = number;
            end(outcome, detail);
        }
    }
}
