package io.github.shutdown4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointException;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class HaltReportTest {

    @TempDir
    private Path directory;

    private static UnfinishedWork.Source work(long count, Runnable describing) {
        return new UnfinishedWork.Source() {
            @Override
            public long unfinishedCount() {
                return count;
            }

            @Override
            public List<UnfinishedWork> unfinished(int limit) {
                describing.run();
                return List.of(UnfinishedWork.of("the other", Duration.ofSeconds(1), null));
            }
        };
    }

    /** Like a stack trace taken when memory runs out. */
    @Test
    void workThatCannotBeDescribedKeepsNothingElseFromTheReportOfAHalt() throws Exception {
        // Its clock stands still: the note in it is waited for as long as it takes.
        CheckpointStore<Integer> store = new FakeTicker().keptBy(this::open);
        PhaseProgressMonitor progress =
                new PhaseProgressMonitor(Ticker.system(), Duration.ofSeconds(5), (phase, unfinished, left) -> {});
        CoordinatorComponents components = new CoordinatorComponents(
                new LiveConfig(ShutdownConfig.defaults()),
                ServiceGroup.builder().build(),
                List.of(),
                ResourceManager.create(),
                List.of(Checkpoint.of(store, () -> 1)),
                List.of(),
                Reloader.create(),
                ExitMode.EXIT,
                false,
                Ticker.system(),
                ProcessExit.jvm());
        progress.begin(
                ShutdownPhase.RELEASE,
                Duration.ofSeconds(10),
                List.of(
                        work(1, () -> {
                            throw new InternalError("pretended");
                        }),
                        work(1, () -> {})));
        try (CapturedLogs logs = CapturedLogs.open()) {
            new HaltReport(
                            components,
                            new CountDownLatch(1),
                            new ExitMonitor(Ticker.system()),
                            progress,
                            ShutdownLog.written())
                    .reportHalt("a test", 124);
            await().untilAsserted(() -> assertThat(logs.texts(Level.ERROR)) // the report itself waits for half a second
                    .singleElement()
                    .asString()
                    .contains("halting with exit code 124", "the other"));
        }
        Checkpoint.of(store, () -> 1).abandon();
        // It does not wait until the store is closed; until then the file is locked.
        assertThat(await().ignoreException(CheckpointException.class).until(this::endingOfTheRunBefore, ending -> true))
                .isEqualTo(LastRun.Ending.FORCED);
    }

    private CheckpointStore<Integer> open() {
        try {
            return CheckpointStore.json(directory.resolve("state.json"), Integer.class);
        } catch (CheckpointException e) {
            throw new IllegalStateException(e);
        }
    }

    private LastRun.Ending endingOfTheRunBefore() throws CheckpointException {
        try (CheckpointStore<Integer> next = CheckpointStore.json(directory.resolve("state.json"), Integer.class)) {
            return next.lastRun().ending();
        }
    }
}
