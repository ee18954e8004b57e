package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeClock;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;

/** What the release of many resources costs, in processor time, and that it ends at its limit. */
@Timeout(180)
class ResourceTimingTest {

    private static final Duration PLENTY = Duration.ofMinutes(2);

    /** Limits elapse only in the test that advances it. */
    @RegisterExtension
    final FakeClock clock = new FakeClock();

    @Test
    void tenThousandQuickOnesAreReleased() throws Exception { // scenario 53
        AtomicInteger released = new AtomicInteger();
        ResourceManager resources = ResourceManager.create();
        for (int i = 0; i < 10_000; i++) {
            resources.register(Resource.of("r" + i, released::incrementAndGet));
        }
        releaseWell(resources);
        assertThat(released).hasValue(10_000);
    }

    @Test
    void tenThousandGroupsOfOneAreReleased() throws Exception { // scenario 53
        AtomicInteger released = new AtomicInteger();
        ResourceManager resources = ResourceManager.create();
        for (int i = 0; i < 10_000; i++) {
            resources.register(Resource.of("r" + i, i, released::incrementAndGet));
        }
        releaseWell(resources);
        assertThat(released).hasValue(10_000);
    }

    @Test
    void releaseIsOverAtItsTimeoutWhateverHangs() throws Exception { // scenario 45
        ResourceManager resources = ResourceManager.create();
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            resources.register(Probe.deaf("hung" + i, i));
        }
        for (int i = 0; i < 300; i++) {
            resources.register(Resource.of("stuck" + i, 20, () -> never.await()));
        }
        AtomicInteger last = new AtomicInteger();
        resources.register(Resource.of("last", 30, last::incrementAndGet));
        FutureTask<List<StepResult>> release = Background.onThread(() -> resources.release(Duration.ofSeconds(4)));
        clock.advanceUntil(release::isDone);
        assertThat(clock.elapsed()).isBetween(Duration.ofMillis(3_600), Duration.ofMillis(4_000));
        List<StepResult> steps = release.get();
        assertThat(steps).hasSize(306);
        assertThat(last).hasValue(1);
    }

    @Test
    void manyReleasesLeaveNoThread() throws Exception {
        for (int i = 0; i < 200; i++) {
            ResourceManager resources = ResourceManager.create();
            resources.register(Resource.of("leak check a", 1, () -> {}));
            resources.register(Resource.of("leak check b", 2, () -> {}));
            assertThat(resources.release(PLENTY)).hasSize(2);
        }
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains("leak check")));
    }

    private static void releaseWell(ResourceManager resources) throws InterruptedException {
        assertThat(resources.release(PLENTY)).hasSize(10_000).allMatch(step -> step.outcome() == Outcome.DONE);
    }
}
