package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

import io.github.shutdown4j.internal.Ticker;

import static io.github.shutdown4j.connections.StressedTracker.acquired;
import static io.github.shutdown4j.connections.StressedTracker.tracker;

/** The races for a tracker and its slots, each tried millions of times by {@code StressTest}. Scenarios 20 and 21. */
public final class ConnectionTrackerStress {

    private ConnectionTrackerStress() {}

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "admitted and counted")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "admitted and forgotten, or counted without being there")
    @State
    public static class AcquireAgainstClose {
        private final ConnectionTracker tracker = tracker(2).build();

        @Actor
        public void acquirer(II_Result r) {
            r.r1 = acquired(tracker);
        }

        @Actor
        public void closer(II_Result r) {
            tracker.close();
            r.r2 = (int) tracker.inFlight();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "admitted and counted")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "admitted and forgotten, or counted without being there")
    @State
    public static class AcquireBesideTheSlotAgainstClose {
        private final ConnectionTracker tracker = tracker(1).build();

        public AcquireBesideTheSlotAgainstClose() {
            tracker.acquire();
        }

        @Actor
        public void acquirer(II_Result r) {
            r.r1 = acquired(tracker);
        }

        @Actor
        public void closer(II_Result r) {
            tracker.close();
            r.r2 = (int) tracker.inFlight();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0", "2, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "both ended, before or after the close")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an end got lost, or counted twice")
    @State
    public static class EndAgainstClose {
        private final ConnectionTracker tracker = tracker(1).build();
        private final ConnectionGuard inSlot = tracker.acquire();
        private final ConnectionGuard beside = tracker.acquire();

        @Actor
        public void holder() {
            inSlot.close();
            beside.close();
        }

        @Actor
        public void closer(II_Result r) {
            tracker.close();
            r.r1 = (int) tracker.inFlight();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = (int) tracker.inFlight() + acquired(tracker);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "both admitted, one after the other or beside")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one got lost")
    @State
    public static class TwoForOneSlot {
        private final ConnectionTracker tracker = tracker(1).build();

        @Actor
        public void first(III_Result r) {
            r.r1 = acquired(tracker);
        }

        @Actor
        public void second(III_Result r) {
            ConnectionGuard guard = tracker.acquire();
            r.r2 = 1;
            guard.close();
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = (int) tracker.inFlight();
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "nobody, or somebody with the right moment")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one hold was shown with the moment of another")
    @State
    public static class LookAtAResident {
        private final CounterCell cell = cell();

        @Actor
        public void acquireAndClose() {
            for (int i = 0; i < 8; i++) {
                long seen = cell.increment();
                if (!cell.acquireSlotAsRepeatHolder(seen, new NumberedTicker(seen + 1))) {
                    cell.decrement();
                } else if (!CounterCell.tryEnd(cell, seen + 1)) {
                    throw new IllegalStateException("somebody else has ended it");
                }
            }
        }

        @Actor
        public void inspect(I_Result r) {
            for (int i = 0; i < 4; i++) {
                cell.forEachGuard(info -> r.r1 += info.since() == info.stamp() ? 0 : 1);
            }
        }

        private static CounterCell cell() {
            Ticker ticker = Ticker.system();
            CallbackPacer pacer = new CallbackPacer("stress", Duration.ZERO, ticker);
            Drain drain = new Drain("stress", ticker, new DrainCallbacks("stress", Runnable::run, pacer));
            return new StripedCounter(1, 0, true, drain).cells()[0];
        }

        /** Returns the stamp as the time, so that a mismatch of the two is detected. */
        private record NumberedTicker(long nanoTime) implements Ticker {
            @Override
            public void await(Lock lock, Condition condition, long nanos) {
                throw new UnsupportedOperationException("nobody waits here");
            }
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one was the first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both were, or none")
    @State
    public static class CloseTheTrackerTwice {
        private final ConnectionTracker tracker = tracker(2).build();

        @Actor
        public void one(II_Result r) {
            r.r1 = tracker.close() ? 1 : 0;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = tracker.close() ? 1 : 0;
        }
    }
}
