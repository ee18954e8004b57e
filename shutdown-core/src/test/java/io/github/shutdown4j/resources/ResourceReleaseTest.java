package io.github.shutdown4j.resources;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static io.github.shutdown4j.testing.OwnThreads.threadsNamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The order of the release, and failures. */
class ResourceReleaseTest extends ReleaseFixture {

    @Test
    void groupsAreReleasedOneAfterTheOther() throws Exception {
        for (int i = 0; i < 50; i++) {
            quick("late" + i, 2);
            quick("early" + i, 1);
        }
        List<StepResult> steps = resources.release(PLENTY, reported::add);

        assertThat(trace.subList(0, 50)).allMatch(name -> name.startsWith("early"));
        assertThat(trace.subList(50, 100)).allMatch(name -> name.startsWith("late"));
        assertThat(steps).hasSize(100).allMatch(step -> step.outcome() == Outcome.DONE);
        assertThat(steps.get(0).name()).isEqualTo("early0");
        assertThat(steps.get(99).name()).isEqualTo("late49");
        assertThat(reported).containsExactlyInAnyOrderElementsOf(steps);
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
            resources.register(new Probe("r" + i, 3, () -> all.await(60, TimeUnit.SECONDS)));
        }
        assertThat(resources.release(PLENTY)).hasSize(20).allMatch(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    void aGroupLargerThanTheCrewGetsMoreWorkersWhileAllAreStuck() throws Exception {
        CyclicBarrier all = new CyclicBarrier(600);
        ResourceManager real = ResourceManager.withTimeout(Duration.ofMinutes(2));
        for (int i = 0; i < 600; i++) {
            real.register(new Probe("r" + i, 3, () -> all.await(60, TimeUnit.SECONDS)));
        }
        assertThat(real.release(PLENTY)).hasSize(600).allMatch(step -> step.outcome() == Outcome.DONE);
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
        Awaitility.await()
                .until(() -> threadsNamed("shutdown4j-release-db pool").isEmpty()
                        && threadsNamed("shutdown4j-release-queue").isEmpty());
    }

    @Test
    void exceptionsDoNotStopOtherReleases() throws Exception { // scenario 46
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
        List<StepResult> steps = resources.release(PLENTY, reported::add);

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
    void listenerThatThrowsIsLoggedAndIgnored() throws Exception {
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
