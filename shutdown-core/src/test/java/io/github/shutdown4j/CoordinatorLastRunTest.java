package io.github.shutdown4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.OnceFree;

import static org.assertj.core.api.Assertions.assertThat;

/** The end of the previous run is reported at the start, also without a state to save. */
@Timeout(180)
class CoordinatorLastRunTest {

    @TempDir
    Path directory;

    private Checkpoint<Boolean> marker() {
        Checkpoint<Boolean> marker = OnceFree.open(() -> Checkpoint.marker(directory.resolve("run")));
        Awaitility.await().until(() -> marker.lastRun().isPresent());
        return marker;
    }

    private ShutdownCoordinator coordinator(List<String> events) {
        return ShutdownCoordinator.builder()
                .embedded()
                .checkpoint(marker())
                .listener(new ShutdownListener() {
                    @Override
                    public void onLastRun(LastRun last) {
                        events.add(last.ending() + " of " + last.pid().orElse(0L));
                    }

                    @Override
                    public void onReady() {
                        events.add("ready");
                    }
                })
                .build();
    }

    private static void start(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.start();
        assertThat(coordinator.awaitReady(Duration.ofSeconds(60))).isTrue();
    }

    private static void runAndEnd(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.shutdown("the test");
        coordinator.await();
    }

    @Test
    void runThatEndedAbruptlyIsReportedByLogHealthMetricsAndListeners() throws Exception {
        marker().abandon();
        List<String> events = new CopyOnWriteArrayList<>();
        try (var logs = CapturedLogs.open()) {
            ShutdownCoordinator coordinator = coordinator(events);
            start(coordinator);
            assertThat(logs.texts(Level.WARN))
                    .filteredOn(line -> line.contains("last run"))
                    .singleElement()
                    .asString()
                    .contains(
                            "(process " + ProcessHandle.current().pid() + ", started ", "ended abruptly, last active");
            assertThat(coordinator.health().detail()).startsWith("ready; the last run (process ");
            assertThat(coordinator.metrics().lastRunUnclean()).isOne();
            runAndEnd(coordinator);
        }
        Awaitility.await().untilAsserted(() -> assertThat(events)
                .containsExactly("ABRUPT of " + ProcessHandle.current().pid(), "ready"));
    }

    @Test
    void forcedRunIsReportedAsForced() throws Exception {
        // Its clock stands still: the note is waited for as long as it takes.
        Checkpoint<Boolean> forced = new FakeTicker().keptBy(this::marker);
        forced.markForced();
        forced.abandon();
        List<String> events = new CopyOnWriteArrayList<>();
        ShutdownCoordinator coordinator = coordinator(events);
        start(coordinator);
        assertThat(coordinator.health().detail()).contains("was forced to end during its shutdown, at ");
        runAndEnd(coordinator);
    }

    @Test
    void runsThatEndInOrderAreNotWorthAWord() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        try (var logs = CapturedLogs.open()) {
            for (int run = 0; run < 2; run++) {
                ShutdownCoordinator coordinator = coordinator(events);
                start(coordinator);
                assertThat(coordinator.health().detail()).isEqualTo("ready");
                assertThat(coordinator.metrics().lastRunUnclean()).isZero();
                runAndEnd(coordinator);
            }
            assertThat(logs.texts(Level.WARN)).noneMatch(line -> line.contains("last run"));
        }
        Awaitility.await().untilAsserted(() -> assertThat(events).containsExactly("ready", "ready"));
    }
}
