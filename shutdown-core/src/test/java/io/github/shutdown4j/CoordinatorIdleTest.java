package io.github.shutdown4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeClock;
import io.github.shutdown4j.testing.FakeProcess;

import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The clock stands still: a wait that ends only with time would not end. */
@Timeout(180)
class CoordinatorIdleTest {

    @RegisterExtension
    final FakeClock clock = new FakeClock();

    @TempDir
    Path directory;

    @Test
    @DisplayName("scenario 1: without work in flight, a shutdown and its exit wait for no time to pass")
    void nothingIsWaitedFor() throws Exception {
        FakeProcess process = new FakeProcess();
        List<String> written = new CopyOnWriteArrayList<>();
        EventQueue<String> events = EventQueue.<String>builder("events", written::addAll)
                .linger(Duration.ofHours(1))
                .start();
        ConnectionTracker requests = ConnectionTracker.create("requests");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .forTests(Ticker.current(), process)
                .tracker(requests)
                .service("http", untilStopped())
                .listener(new ShutdownListener() {})
                .checkpoint(Checkpoint.of(
                        CheckpointStore.json(directory.resolve("state.json"), Integer.class), written::size))
                .resource(events)
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(Duration.ofSeconds(60))).isTrue();
        requests.acquire().close();
        events.offer("an event");
        coordinator.shutdown("the test");
        ShutdownReport report = Background.onThread(coordinator::await).get();
        assertThat(report.elapsed()).isZero();
        assertThat(report.phases()).extracting(PhaseReport::phase).containsExactly(ShutdownPhase.values());
        assertThat(report.phases()).extracting(PhaseReport::outcome).containsOnly(Outcome.DONE);
        assertThat(written).containsExactly("an event");
        await().untilAsserted(() -> assertThat(process.exits()).containsExactly(0));
    }
}
