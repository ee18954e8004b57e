package io.github.shutdown4j;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.FakeTicker;
import io.github.shutdown4j.testing.CapturedLogs;

import static io.github.shutdown4j.Probe.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the release does with resources that behave and that do not. The clock stands still unless a test moves it. */
@Timeout(30)
class ResourceReleaseTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration MERCY = Duration.ofMillis(100);
    private static final Duration PLENTY = Duration.ofMinutes(10);

    private final FakeTicker ticker = new FakeTicker();
    private final ResourceManager resources = new ResourceManager(LIMIT, ticker);
    private final List<String> trace = Probe.trace();
    private final List<StepResult> told = new ArrayList<>();
    private final List<Probe> probes = new ArrayList<>();

    @AfterEach
    void endAll() {
        probes.forEach(probe -> probe.mayEnd.countDown());
    }

    // Order

    @Test
    void groupsGoOneAfterTheOther() throws Exception {
        for (int i = 0; i < 50; i++) {
            quick("late" + i, 2);
            quick("early" + i, 1);
        }
        List<StepResult> steps = resources.release(PLENTY, told::add);

        assertThat(trace.subList(0, 50)).allMatch(name -> name.startsWith("early"));
        assertThat(trace.subList(50, 100)).allMatch(name -> name.startsWith("late"));
        assertThat(steps).hasSize(100).allMatch(step -> step.outcome() == Outcome.DONE);
        assertThat(steps.get(0).name()).isEqualTo("early0");
        assertThat(steps.get(99).name()).isEqualTo("late49");
        assertThat(told).containsExactlyInAnyOrderElementsOf(steps);
    }

    @Test
    void nothingRegisteredIsNothingToDo() throws Exception {
        assertThat(resources.release(Duration.ZERO)).isEmpty();
        assertThatThrownBy(() -> quick("late", 1)).isInstanceOf(ShuttingDownException.class);
    }

    @Test
    void membersOfAGroupGoTogether() throws Exception {
        CyclicBarrier all = new CyclicBarrier(20);
        for (int i = 0; i < 20; i++) {
            resources.register(new Probe("r" + i, 3, () -> all.await(10, TimeUnit.SECONDS)));
        }
        assertThat(resources.release(PLENTY)).allMatch(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    void aGroupLargerThanTheCrewGetsMoreWorkersWhileAllAreStuck() throws Exception {
        CyclicBarrier all = new CyclicBarrier(600);
        ResourceManager real = ResourceManager.withTimeout(Duration.ofSeconds(20));
        for (int i = 0; i < 600; i++) {
            real.register(new Probe("r" + i, 3, () -> all.await(10, TimeUnit.SECONDS)));
        }
        assertThat(real.release(PLENTY)).allMatch(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    void flusherOfDefaultPriorityStillWritesToADatabaseThatWaitsForIt() throws Exception { // scenario 48
        AtomicReference<String> sink = new AtomicReference<>("open");
        AutoCloseable flusher = () -> trace.add("written to a sink that is " + sink.get());
        resources.register(Resource.of("db", Resource.DATABASE_PRIORITY, () -> sink.set("closed"))
                .withAfter("flusher"));
        resources.register(Resource.of("flusher", flusher));

        assertThat(resources.release(PLENTY)).extracting(StepResult::name).containsExactly("flusher", "db");
        assertThat(trace).containsExactly("written to a sink that is open");
    }

    @Test
    void earlyPriorityTurnsDatabaseFirstRoundAsWell() throws Exception { // scenario 48
        AtomicReference<String> sink = new AtomicReference<>("open");
        AutoCloseable flusher = () -> trace.add("written to a sink that is " + sink.get());
        resources.register(Resource.of("db", Resource.DATABASE_PRIORITY, () -> sink.set("closed")));
        resources.register(Resource.of("flusher", Resource.EARLY_PRIORITY, flusher));
        resources.release(PLENTY);

        assertThat(trace).containsExactly("written to a sink that is open");
    }

    @Test
    void threadsAreNamedAfterTheResourceAndGoHome() throws Exception {
        Probe probe = quick("db pool", 1);
        Probe second = quick("queue", 2);
        resources.release(PLENTY);

        assertThat(probe.thread).isEqualTo("shutdown4j-release-db pool");
        assertThat(second.thread).isEqualTo("shutdown4j-release-queue");
        Awaitility.await().until(() -> threads("db pool") + threads("queue") == 0);
    }

    // Failures

    @Test
    void whateverIsThrownStopsNobodyElse() throws Exception { // scenario 46
        Throwable[] all = {
            new IOException("checked"),
            new IllegalStateException("unchecked"),
            new AssertionError("error"),
            new OutOfMemoryError("pretended"),
            new Hostile()
        };
        for (int i = 0; i < all.length; i++) {
            Throwable thrown = all[i];
            resources.register(new Probe("bad" + i, i, () -> sneak(thrown)));
            quick("good" + i, i);
        }
        resources.register(new Probe("deep", 100, ResourceReleaseTest::recurse));
        quick("last", 101);
        List<StepResult> steps = resources.release(PLENTY, told::add);

        for (int i = 0; i < all.length; i++) {
            StepResult step = step(steps, "bad" + i);
            assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(step.failure()).containsSame(all[i]);
            assertThat(step(steps, "good" + i).outcome()).isEqualTo(Outcome.DONE);
        }
        assertThat(step(steps, "bad0").detail()).isEqualTo("java.io.IOException: checked");
        assertThat(step(steps, "bad4").detail()).isEqualTo(Hostile.class.getName());
        assertThat(step(steps, "deep").failure()).containsInstanceOf(StackOverflowError.class);
        assertThat(step(steps, "last").outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void summaryIsOneLineAndItsFailureIsNoFailure() throws Exception {
        resources.register(summarizing("a", () -> "3 tasks\nnever started "));
        resources.register(summarizing("b", () -> null));
        resources.register(summarizing("c", () -> {
            throw new IllegalStateException("no");
        }));
        List<StepResult> steps = resources.release(PLENTY);

        assertThat(steps).allMatch(step -> step.outcome() == Outcome.DONE);
        assertThat(steps)
                .extracting(StepResult::detail)
                .containsExactly("3 tasks never started", "", "summary() threw java.lang.IllegalStateException: no");
    }

    @Test
    void listenerThatThrowsIsLoggedAndForgotten() throws Exception {
        quick("a", 1);
        quick("b", 2);
        try (CapturedLogs logs = CapturedLogs.open()) {
            List<StepResult> steps = resources.release(PLENTY, step -> {
                throw new IllegalStateException("no");
            });
            assertThat(steps).hasSize(2);
            assertThat(logs.texts(Level.WARN)).hasSize(2).allMatch(line -> line.contains("IllegalStateException"));
        }
    }

    // Time

    @Test
    void hungResourceIsInterruptedAtItsLimitThenLeftBehindWithItsStack() throws Exception { // scenario 43
        Probe a = deaf("a", 1);
        quick("b", 2);
        quick("c", 3);
        CompletableFuture<List<StepResult>> release = release(PLENTY);
        reach(a);

        ticker.advance(LIMIT.minusNanos(1));
        assertThat(a.interrupted.getCount()).isEqualTo(1);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofNanos(1));
        await(a.interrupted);
        ticker.awaitSleepers(1);
        ticker.advance(MERCY.minusNanos(1));
        ticker.awaitSleepers(1);
        assertThat(trace).isEmpty();
        ticker.advance(Duration.ofNanos(1));

        List<StepResult> steps = release.get(10, TimeUnit.SECONDS);
        StepResult hung = step(steps, "a");
        assertThat(hung.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(hung.elapsed()).isEqualTo(LIMIT.plus(MERCY));
        assertThat(hung.detail()).isEqualTo("ignored an interrupt after its limit of 1 s; left behind");
        assertThat(hung.unfinished()).singleElement().satisfies(work -> {
            assertThat(work.thread()).contains("shutdown4j-release-a");
            assertThat(work.text()).contains("Probe.ignoreInterrupts");
        });
        assertThat(trace).containsExactly("b", "c");
        assertThat(step(steps, "b").startedAfter()).isEqualTo(LIMIT.plus(MERCY));
        assertThat(resources.unfinishedCount()).isEqualTo(1);
        try (CapturedLogs logs = CapturedLogs.open()) {
            a.mayEnd.countDown();
            Awaitility.await().until(() -> resources.unfinishedCount() == 0);
            Awaitility.await().until(() -> logs.texts(Level.INFO)
                    .contains("Resources: 'a' has ended after all, 0 s after it was left behind"));
        }
    }

    @Test
    void threeHungOnesOfOnePriorityTakeOneLimit() throws Exception { // scenario 44
        List<Probe> hung = List.of(deaf("a", 1), deaf("b", 1), deaf("c", 1));
        quick("d", 2);
        CompletableFuture<List<StepResult>> release = release(PLENTY);
        hung.forEach(probe -> await(probe.began));
        pass(LIMIT, hung);
        ticker.awaitSleepers(1);
        ticker.advance(MERCY);

        List<StepResult> steps = release.get(10, TimeUnit.SECONDS);
        assertThat(steps.subList(0, 3)).allMatch(step -> step.outcome() == Outcome.TIMED_OUT);
        assertThat(step(steps, "d").startedAfter()).isEqualTo(LIMIT.plus(MERCY));
    }

    @Test
    void resourceThatHeedsTheInterruptHasTimedOutButIsNotLeftBehind() throws Exception {
        Probe a = blocking("a", 1);
        CompletableFuture<List<StepResult>> release = release(PLENTY);
        reach(a);
        ticker.advance(LIMIT);

        StepResult step = release.get(10, TimeUnit.SECONDS).get(0);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.elapsed()).isEqualTo(LIMIT);
        assertThat(step.failure()).containsInstanceOf(InterruptedException.class);
        assertThat(step.detail())
                .isEqualTo("interrupted after its limit of 1 s; ended then; java.lang.InterruptedException");
        assertThat(step.unfinished()).singleElement().satisfies(work -> assertThat(work.text())
                .contains("Probe.block"));
        assertThat(resources.unfinishedCount()).isZero();
    }

    @Test
    void interruptThatBlocksHoldsUpNobody() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        Probe a = resources.register(new Probe("a", 1, () -> new StubbornChannel(closing, mayEnd).read()));
        quick("b", 2);
        CompletableFuture<List<StepResult>> release = release(PLENTY);
        reach(a);
        ticker.advance(LIMIT);
        await(closing);
        ticker.awaitSleepers(1);
        ticker.advance(MERCY);

        List<StepResult> steps = release.get(10, TimeUnit.SECONDS);
        assertThat(step(steps, "a").outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step(steps, "b").outcome()).isEqualTo(Outcome.DONE);
        mayEnd.countDown();
    }

    /** An interrupt closes it, on the thread of whoever interrupts, and that takes as long as it likes. */
    private static final class StubbornChannel extends AbstractInterruptibleChannel {
        private final CountDownLatch closing;
        private final CountDownLatch mayEnd;

        StubbornChannel(CountDownLatch closing, CountDownLatch mayEnd) {
            this.closing = closing;
            this.mayEnd = mayEnd;
        }

        void read() throws IOException {
            begin();
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
    void ownLimitOutranksTheDefault() throws Exception {
        Probe patient = resources.register(deaf("patient").timeout(Duration.ofSeconds(5)));
        Probe hasty = resources.register(deaf("hasty").timeout(Duration.ofMillis(200)));
        CompletableFuture<List<StepResult>> release = release(PLENTY);
        reach(patient, hasty);
        ticker.advance(Duration.ofMillis(200));
        await(hasty.interrupted);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(4800));
        await(patient.interrupted);
        ticker.awaitSleepers(1);
        ticker.advance(MERCY);

        List<StepResult> steps = release.get(10, TimeUnit.SECONDS);
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
        CompletableFuture<List<StepResult>> release = release(generous, Duration.ofSeconds(4));
        hang(first, Duration.ofMillis(3100), MERCY);
        hang(second, Duration.ofMillis(180), Duration.ofMillis(18));
        hang(third, Duration.ofNanos(181_800_000), Duration.ofNanos(18_180_000));

        List<StepResult> steps = release.get(10, TimeUnit.SECONDS);
        assertThat(steps)
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.DONE);
        assertThat(step(steps, "first").detail())
                .isEqualTo("ignored an interrupt after 3.1 s, all the time that was left for it; left behind");
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
        List<StepResult> steps = resources.release(Duration.ZERO, told::add);

        assertThat(steps).extracting(StepResult::name).containsExactly("a", "b");
        assertThat(steps)
                .allMatch(step ->
                        step.outcome() == Outcome.SKIPPED && step.detail().equals("no time was left for it"));
        assertThat(told).isEqualTo(steps);
        assertThat(trace).isEmpty();
    }

    @Test
    void unfinishedNamesWhoIsAtWorkAndCountsWhoWaits() throws Exception {
        assertThat(resources.unfinishedCount()).isZero();
        Probe a = blocking("a", 1);
        quick("b", 2);
        quick("c", 2);
        assertThat(resources.unfinishedCount()).isZero();
        CompletableFuture<List<StepResult>> release = release(PLENTY);
        reach(a);
        ticker.advance(Duration.ofMillis(300));

        assertThat(resources.unfinishedCount()).isEqualTo(3);
        assertThat(resources.unfinished(0)).isEmpty();
        assertThat(resources.unfinished(10)).singleElement().satisfies(work -> {
            assertThat(work.name()).isEqualTo("a");
            assertThat(work.age()).isEqualTo(Duration.ofMillis(300));
            assertThat(work.text()).contains("Probe.block");
        });
        a.mayEnd.countDown();
        release.get(10, TimeUnit.SECONDS);
        assertThat(resources.unfinishedCount()).isZero();
    }

    // Calls back

    @Test
    void registeredDuringTheReleaseGoesInItsTurnOrRightAfterTheGroupUnderWay() throws Exception { // scenario 41
        resources.register(new Probe("a", 10, () -> {
            trace.add("a");
            quick("in its turn", 30);
            quick("too early", 1);
            quick("same", 10);
            resources.register(Probe.quick("after c", 0, trace).after("c"));
        }));
        quick("b", 20);
        quick("c", 40);
        List<StepResult> steps = resources.release(PLENTY);

        assertThat(trace).containsExactly("a", "too early", "same", "b", "in its turn", "c", "after c");
        assertThat(steps).extracting(StepResult::name).containsExactlyElementsOf(trace);
    }

    @Test
    void registeredAfterTheReleaseIsRefused() throws Exception { // scenario 41
        quick("a", 1);
        resources.release(PLENTY);

        assertThatThrownBy(() -> quick("late", 1))
                .isInstanceOf(ShuttingDownException.class)
                .hasMessageContaining("'late'");
        assertThat(resources.plan()).isEmpty();
    }

    @Test
    void unregisteringDuringTheRelease() throws Exception {
        Probe later = quick("later", 2);
        Probe[] self = new Probe[1];
        self[0] = resources.register(new Probe("self", 1, () -> {
            trace.add("self " + resources.unregister(self[0]));
            trace.add("later " + resources.unregister(later));
        }));
        List<StepResult> steps = resources.release(PLENTY);

        assertThat(trace).containsExactly("self false", "later true");
        assertThat(steps).extracting(StepResult::name).containsExactly("self");
    }

    @Test
    void resourceThatCallsReleaseIsToldThatItWouldWaitForItself() throws Exception {
        resources.register(new Probe("a", 1, () -> resources.release(PLENTY)));
        quick("b", 2);

        List<StepResult> steps = resources.release(PLENTY);
        assertThat(steps.get(0).failure()).containsInstanceOf(IllegalStateException.class);
        assertThat(steps.get(0).detail()).contains("'a' must not call release()");
        assertThat(trace).containsExactly("b");
    }

    @Test
    void secondCallWaitsForTheFirstAndHasTheSameResult() throws Exception {
        Probe a = blocking("a", 1);
        CompletableFuture<List<StepResult>> first = release(PLENTY);
        reach(a);
        CompletableFuture<List<StepResult>> second = release(Duration.ZERO);
        a.mayEnd.countDown();

        assertThat(second.get(10, TimeUnit.SECONDS)).isSameAs(first.get(10, TimeUnit.SECONDS));
        assertThat(resources.release(Duration.ZERO)).isSameAs(first.get());
    }

    @Test
    void interruptedCallerLeavesTheRestToTheNextCall() throws Exception {
        Probe a = blocking("a", 1);
        quick("b", 2);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                resources.release(PLENTY);
            } catch (Throwable t) {
                thrown.set(t);
            }
        });
        caller.start();
        reach(a);
        caller.interrupt();
        caller.join(10_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(a.interrupted.getCount()).isEqualTo(1);
        assertThat(resources.unfinishedCount()).isEqualTo(2);
        a.mayEnd.countDown();
        Awaitility.await().until(() -> resources.unfinishedCount() == 1);
        assertThat(trace).isEmpty();

        List<StepResult> steps = resources.release(PLENTY, told::add);
        assertThat(steps).extracting(StepResult::name).containsExactly("a", "b");
        assertThat(steps).allMatch(step -> step.outcome() == Outcome.DONE);
        assertThat(told).isEqualTo(steps);
    }

    @Test
    void callerThatIsInterruptedAlreadyBeginsNothing() throws Exception {
        quick("a", 1);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> resources.release(PLENTY)).isInstanceOf(InterruptedException.class);
        assertThat(trace).isEmpty();
        assertThat(resources.release(PLENTY)).hasSize(1);
    }

    @Test
    void flagOfOneResourceIsNotSeenByTheNext() throws Exception {
        for (int i = 0; i < 20; i++) {
            resources.register(new Probe("r" + i, i, () -> {
                trace.add(Thread.currentThread().isInterrupted() + " "
                        + Thread.currentThread().getContextClassLoader());
                Thread.currentThread().setContextClassLoader(null);
                Thread.currentThread().interrupt();
            }));
        }
        assertThat(resources.release(PLENTY)).allMatch(step -> step.outcome() == Outcome.DONE);
        assertThat(trace).hasSize(20).containsOnly("false " + ResourceManager.class.getClassLoader());
    }

    @Test
    void noLockIsHeldWhileAResourceIsCalled() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        resources.register(new Probe("a", 1, () -> {
            Thread other = new Thread(() -> {
                resources.plan();
                resources.unfinished(5);
                resources.unregister(new Probe("x", 1, () -> {}));
                done.countDown();
            });
            other.start();
            await(done);
        }));
        assertThat(resources.release(PLENTY)).allMatch(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    void namesAreTakenUntilTheEnd() throws Exception {
        resources.register(new Probe("a", 1, () -> quick("a", 1)));

        StepResult step = resources.release(PLENTY).get(0);
        assertThat(step.failure()).containsInstanceOf(IllegalArgumentException.class);
        assertThatIllegalStateException().isThrownBy(() -> quick("a", 1));
    }

    // Helpers

    private Probe quick(String name, int priority) {
        return resources.register(Probe.quick(name, priority, trace));
    }

    private Probe deaf(String name, int priority) {
        return resources.register(kept(Probe.deaf(name, priority)));
    }

    private Probe deaf(String name) {
        return kept(Probe.deaf(name, 1));
    }

    private Probe blocking(String name, int priority) {
        return resources.register(kept(Probe.blocking(name, priority)));
    }

    private Probe kept(Probe probe) {
        probes.add(probe);
        return probe;
    }

    private CompletableFuture<List<StepResult>> release(Duration timeout) {
        return release(resources, timeout);
    }

    private static CompletableFuture<List<StepResult>> release(ResourceManager resources, Duration timeout) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return resources.release(timeout);
                    } catch (InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task).start());
    }

    /** Returns when all have been called and the supervisor sleeps. */
    private void reach(Probe... probes) {
        for (Probe probe : probes) {
            await(probe.began);
        }
        ticker.awaitSleepers(1);
    }

    private void pass(Duration limit, List<Probe> hung) {
        ticker.awaitSleepers(1);
        ticker.advance(limit);
        hung.forEach(probe -> await(probe.interrupted));
    }

    private void hang(Probe probe, Duration limit, Duration mercy) {
        reach(probe);
        ticker.advance(limit.minusNanos(1));
        assertThat(probe.interrupted.getCount()).isEqualTo(1);
        pass(Duration.ofNanos(1), List.of(probe));
        ticker.awaitSleepers(1);
        ticker.advance(mercy);
    }

    private static StepResult step(List<StepResult> steps, String name) {
        return steps.stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long threads(String resource) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shutdown4j-release-" + resource))
                .count();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @SuppressWarnings("InfiniteRecursion")
    private static void recurse() {
        recurse();
    }

    private static Resource summarizing(String name, Supplier<String> summary) {
        return new Resource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void release() {}

            @Override
            public String summary() {
                return summary.get();
            }
        };
    }

    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new IllegalStateException("no text either");
        }
    }
}
