package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

import io.github.shutdown4j.internal.Ticker;

import static io.github.shutdown4j.connections.StressedTracker.drain;
import static io.github.shutdown4j.connections.StressedTracker.tracker;

/** The races of a drain, each tried millions of times. {@code StressTest} runs them. Scenario 21. */
public final class ConnectionDrainStress {

    private ConnectionDrainStress() {}

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "woken by the last guard, or had no need to sleep")
    @Outcome(expect = Expect.FORBIDDEN, desc = "slept on although all was over")
    @State
    public static class LastCloseWakesTheDrain {
        private final LongSleep ticker = new LongSleep();
        private final ConnectionTracker tracker = tracker(1).ticker(ticker).build();
        private final ConnectionGuard inSlot = tracker.acquire();
        private final ConnectionGuard beside = tracker.acquire();

        @Actor
        public void closer() {
            beside.close();
            inSlot.close();
        }

        @Actor
        public void drainer(I_Result r) {
            drain(tracker, Duration.ofDays(1));
            r.r1 = ticker.overslept;
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "woken by the last guard, or had no need to sleep")
    @Outcome(expect = Expect.FORBIDDEN, desc = "slept on although all was over")
    @State
    public static class LastCloseBesideTheSlotWakesTheDrain {
        private final LongSleep ticker = new LongSleep();
        private final ConnectionTracker tracker = tracker(1).ticker(ticker).build();
        private final ConnectionGuard inSlot = tracker.acquire();
        private final ConnectionGuard beside = tracker.acquire();

        @Actor
        public void closer() {
            inSlot.close();
            beside.close();
        }

        @Actor
        public void drainer(I_Result r) {
            drain(tracker, Duration.ofDays(1));
            r.r1 = ticker.overslept;
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "notified once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "notified twice or not at all")
    @State
    public static class OnDrainAgainstDrain {
        private final AtomicInteger notified = new AtomicInteger();
        private final ConnectionTracker tracker =
                tracker(1).executor(Runnable::run).ticker(new NoPatience()).build();
        private final ConnectionGuard guard = tracker.acquire();

        @Actor
        public void holder() {
            guard.onDrain(notified::incrementAndGet);
        }

        @Actor
        public void drainer() {
            drain(tracker, Duration.ofNanos(1));
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = notified.get();
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "forgotten")
    @Outcome(expect = Expect.FORBIDDEN, desc = "kept after the guard was closed")
    @State
    public static class OnDrainAgainstCloseOfItsGuard {
        private final AtomicInteger notified = new AtomicInteger();
        private final ConnectionTracker tracker =
                tracker(1).executor(Runnable::run).build();
        private final ConnectionGuard guard = tracker.acquire();

        @Actor
        public void holder() {
            guard.onDrain(notified::incrementAndGet);
        }

        @Actor
        public void closer() {
            guard.close();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = tracker.pendingCallbacks();
            drain(tracker, Duration.ofNanos(1));
            r.r2 = notified.get() + (int) tracker.inFlight();
        }
    }

    /**
     * A clock on which the timeout of a drain never elapses; a wait that is never signalled is reported after some
     * seconds.
     */
    private static final class LongSleep implements Ticker {

        private volatile int overslept;

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
            if (!condition.await(20, TimeUnit.SECONDS)) {
                overslept = 1;
            }
        }
    }

    /** A clock on which every wait returns immediately. */
    private static final class NoPatience implements Ticker {

        private long now;

        @Override
        public long nanoTime() {
            return now++;
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) {}
    }
}
