package io.github.shutdown4j;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FailingTicker;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Errors inside the coordinator itself keep neither a phase from running nor the process from ending. */
@Timeout(60)
class CoordinatorErrorTest extends CoordinatorHardshipFixture {

    private final FailingTicker ticker = new FailingTicker();

    @TempDir
    private Path folder;

    private CheckpointStore<Integer> store(String file) throws Exception {
        return CheckpointStore.json(folder.resolve(file), Integer.class);
    }

    @Test
    void periodThatIsLongerThanTheClockIsNoMistake() throws Exception {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .service("service", Service.of(() -> {}, () -> {}))
                .checkpoint(Checkpoint.every(Duration.ofSeconds(Long.MAX_VALUE), store("state.json"), () -> 1))
                .build();
        ShutdownReport report = shutdown(coordinator);
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void checkpointThatFailsToStartDoesNotUndoTheStartOfTheServices() throws Exception {
        CheckpointStore<Integer> store = ticker.keptBy(() -> {
            try {
                return store("state.json");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .service("service", Service.of(() -> {}, () -> {}))
                .checkpoint(Checkpoint.of(store, () -> 1))
                .build();
        try (CapturedLogs logs = CapturedLogs.open()) {
            ticker.failAt(Thread.currentThread().getName(), 1);
            coordinator.start();
            assertThat(ticker.hasFailed()).isTrue();
            assertThat(coordinator.awaitReady(ofSeconds(20))).isTrue();
            assertThat(logs.texts(Level.WARN)).anyMatch(text -> text.contains("checkpoint 'state.json' cannot start"));
        }
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }
}
