package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
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

/** The races of a tracker, each tried millions of times. {@link StressTest} runs them. Scenarios 20, 21 and 22. */
public final class ConnectionTrackerStress {
    private ConnectionTrackerStress() {}

    private static ConnectionTracker.Builder tracker(int stripes) {
        return ConnectionTracker.builder("stress").stripes(stripes);
    }

    /** {@link ConnectionTracker#tryAcquire()} as a number. */
    private static int acquired(ConnectionTracker tracker) {
        return tracker.tryAcquire().isPresent() ? 1 : 0;
    }

    private static void drain(ConnectionTracker tracker, Duration timeout) {
        try {
            tracker.drain(timeout);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

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
            r.r2 = (int) tracker.active();
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
            r.r2 = (int) tracker.active();
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
            r.r1 = (int) tracker.active();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = (int) tracker.active() + acquired(tracker);
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
            r.r3 = (int) tracker.active();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "counted down once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "counted down twice or not at all")
    @State
    public static class CloseTwice {
        private final ConnectionTracker tracker = tracker(1).build();
        private final ConnectionGuard guard = tracker.acquire();

        public CloseTwice() {
            tracker.acquire();
        }

        @Actor
        public void one() {
            guard.close();
        }

        @Actor
        public void other() {
            guard.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = (int) tracker.active();
            r.r2 = (int) tracker.admitted();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "counted down once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "counted down twice or not at all")
    @State
    public static class CloseTwiceBesideTheSlot {
        private final ConnectionTracker tracker = tracker(1).build();
        private final ConnectionGuard guard;

        public CloseTwiceBesideTheSlot() {
            tracker.acquire();
            guard = tracker.acquire();
        }

        @Actor
        public void one() {
            guard.close();
        }

        @Actor
        public void other() {
            guard.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = (int) tracker.active();
            r.r2 = (int) tracker.admitted();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the second guard stays, with its details")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a guard that was closed twice has ended the next one in its slot")
    @State
    public static class CloseTwiceAgainstTheNextInTheSlot {
        private final ConnectionTracker tracker =
                tracker(1).details(GuardDetails.on()).build();
        private final ConnectionGuard guard = tracker.acquire();

        @Actor
        public void one() {
            guard.close();
            tracker.acquire("next");
        }

        @Actor
        public void other() {
            guard.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = (int) tracker.active();
            r.r2 = tracker.unfinished(10).size();
        }
    }

    @JCStressTest
    @Outcome(
            id = "1, 1",
            expect = Expect.ACCEPTABLE,
            desc = "the guard of the thread that comes again stays, with its age")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a guard that was closed twice has ended the next one in its slot")
    @State
    public static class CloseTwiceAgainstTheNextOfTheSameThread {
        private final ConnectionTracker tracker =
                tracker(1).details(GuardDetails.on()).build();
        private volatile ConnectionGuard guard = tracker.acquire();

        @Actor
        public void one() {
            guard.close();
            tracker.acquire().close();
            tracker.acquire().close();
            guard = tracker.acquire();
            guard.close();
            tracker.acquire();
        }

        @Actor
        public void other() {
            guard.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = (int) tracker.active();
            r.r2 = tracker.unfinished(10).size();
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "nobody, or somebody with the right moment")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one hold was shown with the moment of another")
    @State
    public static class LookAtAResident {
        private final Stripe stripe = stripe();

        @Actor
        public void comesAndGoes() {
            for (int i = 0; i < 8; i++) {
                long seen = stripe.arrive();
                if (!stripe.takeSlotAsResident(seen, new NumberedTicker(seen + 1))) {
                    stripe.leave();
                } else if (!Stripe.tryEnd(stripe, seen + 1)) {
                    throw new IllegalStateException("somebody else has ended it");
                }
            }
        }

        @Actor
        public void looks(I_Result r) {
            for (int i = 0; i < 4; i++) {
                stripe.forEachHolder(holder -> r.r1 += holder.since() == holder.ticket() ? 0 : 1);
            }
        }

        private static Stripe stripe() {
            Ticker ticker = Ticker.system();
            NoticeSpread spread = new NoticeSpread("stress", Duration.ZERO, ticker);
            Drain drain = new Drain("stress", ticker, new DrainNotices("stress", Runnable::run, spread));
            return new Stripes(1, 0, true, drain).lanes()[0];
        }

        /** Says the number of the ticket for the time, so that what belongs together can be told. */
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

    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "forgotten")
    @Outcome(expect = Expect.FORBIDDEN, desc = "kept after the guard was closed")
    @State
    public static class OnDrainAgainstCloseOfItsGuard {
        private final AtomicInteger told = new AtomicInteger();
        private final ConnectionTracker tracker =
                tracker(1).executor(Runnable::run).build();
        private final ConnectionGuard guard = tracker.acquire();

        @Actor
        public void holder() {
            guard.onDrain(told::incrementAndGet);
        }

        @Actor
        public void closer() {
            guard.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = tracker.callbacksWaiting();
            drain(tracker, Duration.ofNanos(1));
            r.r2 = told.get() + (int) tracker.active();
        }
    }
}
