package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static io.github.shutdown4j.testing.Probe.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Calls of the manager during the release. */
class ResourceReentryTest extends ReleaseFixture {

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
    void resourceThatCallsReleaseGetsAnExceptionInsteadOfADeadlock() throws Exception {
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
        FutureTask<List<StepResult>> first = release(PLENTY);
        reach(a);
        FutureTask<List<StepResult>> second = release(Duration.ZERO);
        a.mayEnd.countDown();

        assertThat(second.get(60, TimeUnit.SECONDS)).isSameAs(first.get(60, TimeUnit.SECONDS));
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
        caller.join(60_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(a.interrupted.getCount()).isEqualTo(1);
        assertThat(resources.unfinishedCount()).isEqualTo(2);
        a.mayEnd.countDown();
        Awaitility.await().until(() -> resources.unfinishedCount() == 1);
        assertThat(trace).isEmpty();

        List<StepResult> steps = resources.release(PLENTY, reported::add);
        assertThat(steps).extracting(StepResult::name).containsExactly("a", "b");
        assertThat(steps).allMatch(step -> step.outcome() == Outcome.DONE);
        assertThat(reported).isEqualTo(steps);
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
        assertThat(resources.release(PLENTY)).singleElement().matches(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    void namesAreTakenUntilTheEnd() throws Exception {
        resources.register(new Probe("a", 1, () -> quick("a", 1)));

        StepResult step = resources.release(PLENTY).get(0);
        assertThat(step.failure()).containsInstanceOf(IllegalArgumentException.class);
        assertThatIllegalStateException().isThrownBy(() -> quick("a", 1));
    }
}
