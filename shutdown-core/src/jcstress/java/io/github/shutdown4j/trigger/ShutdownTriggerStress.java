package io.github.shutdown4j.trigger;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** One reason for all: the races of {@link ShutdownTrigger}. */
@SuppressWarnings("missing-explicit-ctor") // the nested classes are made by the stress runner
public final class ShutdownTriggerStress {

    private static final ShutdownReason A = new ShutdownReason.Requested("a");
    private static final ShutdownReason B = new ShutdownReason.Requested("b");

    private ShutdownTriggerStress() {}

    /** Of two requests exactly one returns true, and its reason is kept. */
    @JCStressTest
    @Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "a first")
    @Outcome(id = "false, true, 2", expect = Expect.ACCEPTABLE, desc = "b first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "no reason, two, or another than the winner's")
    @State
    public static class OneReason {

        private final ShutdownTrigger trigger = ShutdownTrigger.create();

        @Actor
        public void a(ZZI_Result r) {
            r.r1 = trigger.request(A);
        }

        @Actor
        public void b(ZZI_Result r) {
            r.r2 = trigger.request(B);
        }

        @Arbiter
        public void reason(ZZI_Result r) {
            r.r3 = trigger.reason().map(why -> why == A ? 1 : 2).orElse(0);
        }
    }

    /** A thread that sees the request sees everything written before it. */
    @JCStressTest
    @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "before")
    @Outcome(id = "false, 1", expect = Expect.ACCEPTABLE, desc = "between")
    @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the request overtook what came before it")
    @State
    public static class RequestPublishes {

        private final ShutdownTrigger trigger = ShutdownTrigger.create();
        private int before;

        @Actor
        public void requests() {
            before = 1;
            trigger.request(A);
        }

        @Actor
        public void sees(ZI_Result r) {
            r.r1 = trigger.isRequested();
            r.r2 = before;
        }
    }

    /** A wait that begins at the moment of the request is not missed by it; a lost wake-up would never end. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "woken, or never waited")
    @Outcome(expect = Expect.FORBIDDEN, desc = "woken without the reason")
    @State
    public static class RequestWakes {

        private final ShutdownTrigger trigger = ShutdownTrigger.create();

        @Actor
        public void waits(I_Result r) {
            try {
                r.r1 = trigger.await() == A ? 1 : 2;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Actor
        public void requests() {
            trigger.request(A);
        }
    }
}
