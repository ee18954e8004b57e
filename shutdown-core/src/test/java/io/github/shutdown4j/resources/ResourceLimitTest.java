package io.github.shutdown4j.resources;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.Probe;

import static io.github.shutdown4j.testing.Probe.await;
import static org.assertj.core.api.Assertions.assertThat;

/** Resources that exceed their limit, and the groups after them. */
class ResourceLimitTest extends ReleaseFixture {

    @Test
    void hungResourceIsInterruptedAtItsLimitThenAbandonedWithItsStack() throws Exception { // scenario 43
        Probe a = deaf("a", 1);
        quick("b", 2);
        quick("c", 3);
        FutureTask<List<StepResult>> release = release(PLENTY);
        reachBlocked(a);

        ticker.advance(LIMIT.minusNanos(1));
        ticker.awaitSleepers(1);
        assertThat(a.interrupted.getCount()).isEqualTo(1);
        ticker.advance(Duration.ofNanos(1));
        await(a.interrupted);
        ticker.awaitSleepers(1);
        ticker.advance(INTERRUPT_GRACE.minusNanos(1));
        ticker.awaitSleepers(1);
        assertThat(trace).isEmpty();
        ticker.advance(Duration.ofNanos(1));

        List<StepResult> steps = release.get(60, TimeUnit.SECONDS);
        StepResult hung = step(steps, "a");
        assertThat(hung.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(hung.elapsed()).isEqualTo(LIMIT.plus(INTERRUPT_GRACE));
        assertThat(hung.detail()).isEqualTo("ignored an interrupt after its limit of 1 s; abandoned");
        assertThat(hung.unfinished()).singleElement().satisfies(work -> {
            assertThat(work.thread()).contains("shutdown4j-release-a");
            assertThat(work.text()).contains("Probe.ignoreInterrupts");
        });
        assertThat(trace).containsExactly("b", "c");
        assertThat(step(steps, "b").startedAfter()).isEqualTo(LIMIT.plus(INTERRUPT_GRACE));
        assertThat(resources.unfinishedCount()).isEqualTo(1);
        try (CapturedLogs logs = CapturedLogs.open()) {
            a.mayEnd.countDown();
            Awaitility.await().until(() -> resources.unfinishedCount() == 0);
            Awaitility.await().until(() -> logs.texts(Level.INFO)
                    .contains("resources: 'a' has ended after all, 0 s after it was abandoned"));
        }
    }

    @Test
    void onlyGroupHasAllTheTimeAndATenthOfItAfterTheInterrupt() throws Exception {
        Probe a = deaf("a", 1);
        FutureTask<List<StepResult>> release = release(Duration.ofMillis(500));
        reach(a);
        ticker.advance(Duration.ofMillis(450).minusNanos(1));
        ticker.awaitSleepers(1);
        assertThat(a.interrupted.getCount()).isEqualTo(1);
        ticker.advance(Duration.ofNanos(1));
        await(a.interrupted);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(45));
        assertThat(step(release.get(60, TimeUnit.SECONDS), "a").elapsed()).isEqualTo(Duration.ofMillis(495));
    }

    @Test
    void threeHungOnesOfOnePriorityTakeOneLimit() throws Exception { // scenario 44
        List<Probe> hung = List.of(deaf("a", 1), deaf("b", 1), deaf("c", 1));
        quick("d", 2);
        FutureTask<List<StepResult>> release = release(PLENTY);
        hung.forEach(probe -> await(probe.began));
        pass(LIMIT, hung);
        ticker.awaitSleepers(1);
        ticker.advance(INTERRUPT_GRACE);

        List<StepResult> steps = release.get(60, TimeUnit.SECONDS);
        assertThat(steps.subList(0, 3)).allMatch(step -> step.outcome() == Outcome.TIMED_OUT);
        assertThat(step(steps, "d").startedAfter()).isEqualTo(LIMIT.plus(INTERRUPT_GRACE));
    }

    @Test
    void resourceThatHeedsTheInterruptHasTimedOutButIsNotAbandoned() throws Exception {
        Probe a = blocking("a", 1);
        FutureTask<List<StepResult>> release = release(PLENTY);
        reachBlocked(a);
        ticker.advance(LIMIT);

        StepResult step = release.get(60, TimeUnit.SECONDS).get(0);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.elapsed()).isEqualTo(LIMIT);
        assertThat(step.failure()).containsInstanceOf(InterruptedException.class);
        assertThat(step.detail()).isEqualTo("interrupted after its limit of 1 s; ended then");
        assertThat(step.unfinished()).singleElement().satisfies(work -> assertThat(work.text())
                .contains("Probe.block"));
        assertThat(resources.unfinishedCount()).isZero();
    }

    @Test
    void interruptedSleepIsNotAFailure() throws Exception {
        CountDownLatch sleeping = new CountDownLatch(1);
        resources.register(Resource.of("cache", () -> {
            sleeping.countDown();
            Thread.sleep(600_000);
        }));
        FutureTask<List<StepResult>> release = release(PLENTY);
        sleeping.await();
        ticker.awaitSleepers(1);
        ticker.advance(LIMIT);
        assertThat(release.get(60, TimeUnit.SECONDS).get(0).detail())
                .isEqualTo("interrupted after its limit of 1 s; ended then");
    }

    @Test
    void interruptThatBlocksDelaysNoOther() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch reading = new CountDownLatch(1);
        Probe a = resources.register(new Probe("a", 1, () -> new StubbornChannel(reading, closing, mayEnd).read()));
        quick("b", 2);
        FutureTask<List<StepResult>> release = release(PLENTY);
        await(reading);
        reach(a);
        ticker.advance(LIMIT);
        await(closing);
        ticker.awaitSleepers(1);
        ticker.advance(INTERRUPT_GRACE);

        List<StepResult> steps = release.get(60, TimeUnit.SECONDS);
        assertThat(step(steps, "a").outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step(steps, "b").outcome()).isEqualTo(Outcome.DONE);
        mayEnd.countDown();
    }

    /** An interrupt closes it on the interrupting thread, which can take any time. */
    private static final class StubbornChannel extends AbstractInterruptibleChannel {
        private final CountDownLatch reading;
        private final CountDownLatch closing;
        private final CountDownLatch mayEnd;

        StubbornChannel(CountDownLatch reading, CountDownLatch closing, CountDownLatch mayEnd) {
            this.reading = reading;
            this.closing = closing;
            this.mayEnd = mayEnd;
        }

        void read() throws IOException {
            begin();
            reading.countDown();
            try {
                while (mayEnd.getCount() > 0) {
                    LockSupport.parkNanos(1_000_000);
                }
            } finally {
                end(true);
            }
        }

        @Override
        protected void implCloseChannel() {
            closing.countDown();
            await(mayEnd);
        }
    }

    @Test
    void threeHungOnesOfOnePriorityCostOneLimit() throws Exception { // scenarios 43, 44
        Probe a = deaf("a", 1);
        Probe b = deaf("b", 1);
        Probe c = deaf("c", 1);
        quick("d", 2);
        FutureTask<List<StepResult>> release = release(PLENTY);
        reach(a, b, c);
        pass(LIMIT, List.of(a, b, c));
        ticker.awaitSleepers(1);
        ticker.advance(INTERRUPT_GRACE);

        List<StepResult> steps = release.get(60, TimeUnit.SECONDS);
        assertThat(steps)
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.DONE);
        assertThat(step(steps, "d").startedAfter()).isEqualTo(LIMIT.plus(INTERRUPT_GRACE));
    }

    @Test
    void ownLimitOutranksTheDefault() throws Exception {
        Probe patient = resources.register(deaf("patient").timeout(Duration.ofSeconds(5)));
        Probe hasty = resources.register(deaf("hasty").timeout(Duration.ofMillis(200)));
        FutureTask<List<StepResult>> release = release(PLENTY);
        reach(patient, hasty);
        ticker.advance(Duration.ofMillis(200));
        await(hasty.interrupted);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(4800));
        await(patient.interrupted);
        ticker.awaitSleepers(1);
        ticker.advance(INTERRUPT_GRACE);

        List<StepResult> steps = release.get(60, TimeUnit.SECONDS);
        assertThat(step(steps, "patient").elapsed()).isEqualTo(Duration.ofMillis(5100));
        assertThat(step(steps, "hasty").detail()).contains("its limit of 200 ms");
    }

    @Test
    void groupThatHangsLeavesTheLaterOnesTheirSlices() throws Exception { // scenario 45
        ResourceManager generous = new ResourceManager(Duration.ofSeconds(10), ticker);
        Probe first = generous.register(deaf("first"));
        Probe second = generous.register(deaf("second").after("first"));
        Probe third = generous.register(deaf("third").after("second"));
        generous.register(Resource.of("fourth", 200, () -> trace.add("fourth")));
        // 4 s, of which a quarter is set aside, 200 ms for each of 4 and 200 to spare
        FutureTask<List<StepResult>> release = release(generous, Duration.ofSeconds(4));
        hang(first, Duration.ofMillis(3100), INTERRUPT_GRACE);
        hang(second, Duration.ofMillis(180), Duration.ofMillis(18));
        hang(third, Duration.ofNanos(181_800_000), Duration.ofNanos(18_180_000));

        List<StepResult> steps = release.get(60, TimeUnit.SECONDS);
        assertThat(steps)
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.DONE);
        assertThat(step(steps, "first").detail())
                .isEqualTo("ignored an interrupt after 3.1 s, all the time that was left for it; abandoned");
        assertThat(step(steps, "fourth").startedAfter()).isEqualTo(Duration.ofNanos(3_597_980_000L));
        assertThat(trace).containsExactly("fourth");
    }

    @Test
    void groupGetsItsSliceEvenIfTheMachineWasSoLateThatNoTimeIsLeft() throws Exception {
        resources.register(new Probe("slow machine", 1, () -> {
            trace.add("slow machine");
            ticker.advance(Duration.ofSeconds(20));
            quick("registered too late", 5);
        }));
        quick("b", 2);
        quick("c", 3);
        List<StepResult> steps = resources.release(Duration.ofSeconds(10));

        assertThat(trace).containsExactly("slow machine", "b", "c");
        assertThat(step(steps, "registered too late").outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void whatGetsNoTurnIsSkippedNeverMissing() throws Exception {
        quick("a", 1);
        quick("b", 2);
        List<StepResult> steps = resources.release(Duration.ZERO, reported::add);

        assertThat(steps).extracting(StepResult::name).containsExactly("a", "b");
        assertThat(steps)
                .allMatch(step ->
                        step.outcome() == Outcome.SKIPPED && step.detail().equals("no time was left for it"));
        assertThat(reported).isEqualTo(steps);
        assertThat(trace).isEmpty();
    }

    @Test
    void unfinishedNamesWhoIsAtWorkAndCountsWhoWaits() throws Exception {
        assertThat(resources.unfinishedCount()).isZero();
        Probe a = blocking("a", 1);
        quick("b", 2);
        quick("c", 2);
        assertThat(resources.unfinishedCount()).isZero();
        FutureTask<List<StepResult>> release = release(PLENTY);
        reachBlocked(a);
        ticker.advance(Duration.ofMillis(300));

        assertThat(resources.unfinishedCount()).isEqualTo(3);
        assertThat(resources.unfinished(0)).isEmpty();
        assertThat(resources.unfinished(10)).singleElement().satisfies(work -> {
            assertThat(work.name()).isEqualTo("resource 'a'");
            assertThat(work.age()).isEqualTo(Duration.ofMillis(300));
            assertThat(work.text()).contains("Probe.block");
        });
        a.mayEnd.countDown();
        release.get(60, TimeUnit.SECONDS);
        assertThat(resources.unfinishedCount()).isZero();
    }
}
