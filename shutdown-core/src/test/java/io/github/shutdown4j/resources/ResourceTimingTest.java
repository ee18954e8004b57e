package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;

/** The cost of the release on the real clock. The bounds have a reserve for a loaded machine. */
@Timeout(60)
class ResourceTimingTest {

    private static final Duration PLENTY = Duration.ofSeconds(30);

    @Test
    void hundredOfFiftyMillisecondsTakeAboutFifty() throws Exception {
        ResourceManager resources = ResourceManager.create();
        for (int i = 0; i < 100; i++) {
            resources.register(Resource.of("r" + i, () -> TimeUnit.MILLISECONDS.sleep(50)));
        }
        assertThat(timed(resources)).isBetween(Duration.ofMillis(50), Duration.ofMillis(4_500));
    }

    @Test
    void tenThousandQuickOnesCostLittleEach() throws Exception { // scenario 53
        AtomicInteger released = new AtomicInteger();
        ResourceManager resources = ResourceManager.create();
        for (int i = 0; i < 10_000; i++) {
            resources.register(Resource.of("r" + i, released::incrementAndGet));
        }
        assertThat(timed(resources)).isLessThan(Duration.ofSeconds(1));
        assertThat(released).hasValue(10_000);
    }

    @Test
    void tenThousandGroupsOfOneCostLittleEach() throws Exception { // scenario 53
        AtomicInteger released = new AtomicInteger();
        ResourceManager resources = ResourceManager.create();
        for (int i = 0; i < 10_000; i++) {
            resources.register(Resource.of("r" + i, i, released::incrementAndGet));
        }
        assertThat(timed(resources)).isLessThan(Duration.ofSeconds(3));
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
        long begin = System.nanoTime();
        List<StepResult> steps =
                resources.release(Duration.ofSeconds(4)); // three hundred threads take long on a busy machine

        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(took).isBetween(Duration.ofMillis(3600), Duration.ofMillis(7000));
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

    private static Duration timed(ResourceManager resources) throws InterruptedException {
        long begin = System.nanoTime();
        resources.release(PLENTY);
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
