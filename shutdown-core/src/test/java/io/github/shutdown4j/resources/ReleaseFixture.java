package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.testing.ServiceTesting;

import static io.github.shutdown4j.testing.Probe.await;
import static org.assertj.core.api.Assertions.assertThat;

/** Common parts of the tests of the release. The clock is fixed unless a test advances it. */
@Timeout(180)
abstract class ReleaseFixture {

    static final Duration LIMIT = Duration.ofSeconds(1);
    static final Duration INTERRUPT_GRACE = Duration.ofMillis(100);
    static final Duration PLENTY = Duration.ofMinutes(10);

    final FakeTicker ticker = new FakeTicker();
    final ResourceManager resources = new ResourceManager(LIMIT, ticker);
    final List<String> trace = Probe.trace();
    final List<StepResult> reported = new ArrayList<>();
    final List<Probe> probes = new ArrayList<>();

    @AfterEach
    void endAll() {
        probes.forEach(probe -> probe.mayEnd.countDown());
    }

    final Probe quick(String name, int priority) {
        return resources.register(Probe.quick(name, priority, trace));
    }

    final Probe deaf(String name, int priority) {
        return resources.register(kept(Probe.deaf(name, priority)));
    }

    final Probe deaf(String name) {
        return kept(Probe.deaf(name, 1));
    }

    final Probe blocking(String name, int priority) {
        return resources.register(kept(Probe.blocking(name, priority)));
    }

    final Probe kept(Probe probe) {
        probes.add(probe);
        return probe;
    }

    final FutureTask<List<StepResult>> release(Duration timeout) {
        return release(resources, timeout);
    }

    static FutureTask<List<StepResult>> release(ResourceManager resources, Duration timeout) {
        return Background.onThread(() -> resources.release(timeout));
    }

    /**
     * Releases a resource on a clock that passes its limit once {@code until} is true and does not advance further:
     * after the interrupt there is any amount of time.
     */
    static StepResult releasePastLimit(Resource resource, Predicate<ResourceManager> until) throws Exception {
        FakeTicker ticker = new FakeTicker();
        ResourceManager manager = new ResourceManager(Duration.ofSeconds(2), ticker);
        manager.register(resource);
        FutureTask<List<StepResult>> release = release(manager, Duration.ofMinutes(1));
        ServiceTesting.eventually(() -> until.test(manager));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(2));
        StepResult step = release.get(60, TimeUnit.SECONDS).get(0);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        return step;
    }

    /** Returns when all have been called and the supervisor sleeps. */
    final void reach(Probe... probes) {
        for (Probe probe : probes) {
            await(probe.began);
        }
        ticker.awaitSleepers(1);
    }

    /** As {@link #reach}, and it waits where its stack is to show it. */
    final void reachBlocked(Probe probe) {
        reach(probe);
        ServiceTesting.eventually(() -> OwnThreads.threadsNamed(probe.thread).stream()
                .anyMatch(thread -> thread.getState() == Thread.State.WAITING));
    }

    final void pass(Duration limit, List<Probe> hung) {
        ticker.awaitSleepers(1);
        ticker.advance(limit);
        hung.forEach(probe -> await(probe.interrupted));
    }

    final void hang(Probe probe, Duration limit, Duration interruptGrace) {
        reach(probe);
        ticker.advance(limit.minusNanos(1));
        ticker.awaitSleepers(1);
        assertThat(probe.interrupted.getCount()).isEqualTo(1);
        pass(Duration.ofNanos(1), List.of(probe));
        ticker.awaitSleepers(1);
        ticker.advance(interruptGrace);
    }

    static StepResult step(List<StepResult> steps, String name) {
        return steps.stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
