package io.github.shutdown4j.connections;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import static io.github.shutdown4j.connections.StressedTracker.tracker;

/** The races of a guard that is closed twice, each tried millions of times by {@code StressTest}. Scenario 22. */
public final class ConnectionGuardStress {

    private ConnectionGuardStress() {}

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
            r.r1 = (int) tracker.inFlight();
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
            r.r1 = (int) tracker.inFlight();
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
            r.r1 = (int) tracker.inFlight();
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
            r.r1 = (int) tracker.inFlight();
            r.r2 = tracker.unfinished(10).size();
        }
    }
}
