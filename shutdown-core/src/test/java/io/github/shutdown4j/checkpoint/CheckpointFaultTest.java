package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.event.Level;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Makes every operation of a save fail or hang, on the real disk, and checks the exception and the result of the next load. */
@Timeout(180)
class CheckpointFaultTest extends CheckpointFaultFixture {

    /** The operations of one save that replaces an earlier one. */
    private List<String> operationsOfASave() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
            store.save(new State(2));
            disk.take();
            store.save(new State(3));
            return disk.take();
        }
    }

    @Test
    void saveDoesItsStepsInTheOneSafeOrder() throws Exception {
        assertThat(operationsOfASave())
                .containsExactly(
                        "create",
                        "write",
                        "access",
                        "force",
                        "close",
                        "link",
                        "move to previous",
                        "move",
                        "force directory");
    }

    @Test
    void faultAtAnyOperationLeavesTheOldStateAndIsReported() throws Exception {
        List<String> operations = operationsOfASave();
        for (int failing = 0; failing < operations.size(); failing++) {
            String operation = operations.get(failing);
            Path own =
                    Files.createDirectory(directory.resolve("fault-" + failing)).resolve("state.json");
            try (var store =
                    CheckpointStore.builder(own, State.class).disk(disk).open()) {
                store.save(new State(1));
                store.save(new State(2));
                fail(failing, new FileSystemException(own.toString(), null, "No space left on device"));
                Throwable thrown = catchThrowable(() -> store.save(new State(3)));
                disk.fault = (o, f) -> {};
                expect(operation, own, thrown);
                boolean inPlace = thrown == null || operation.equals("force directory");
                Path copy = copyOf(own);
                try (var next = reopened(copy)) {
                    LoadResult<State> loaded = next.load();
                    assertThat(loaded).isInstanceOf(LoadResult.Found.class);
                    assertThat(loaded.state()).contains(new State(inPlace ? 3 : 2));
                }
                assertThat(names(own.getParent())).noneMatch(name -> name.contains(".tmp-"));
                store.save(new State(4));
                assertThat(store.load().state()).contains(new State(4));
            }
        }
    }

    private static void expect(String operation, Path own, Throwable thrown) {
        switch (operation) {
            // The previous generation is worth less than the new one.
            case "link", "move to previous" -> assertThat(thrown).isNull();
            case "force directory" -> {
                assertThat(((CheckpointException) thrown).kind()).isEqualTo(Kind.PERHAPS_NOT_DURABLE);
                assertThat(thrown).hasMessageContaining("in place").hasMessageContaining("force the directory");
            }
            default -> {
                CheckpointException e = (CheckpointException) thrown;
                assertThat(e.kind()).isEqualTo(Kind.NOT_SAVED);
                assertThat(e.file()).isEqualTo(own);
                assertThat(e.step())
                        .contains(
                                operation.equals("access")
                                        ? "permissions"
                                        : operation.equals("move") ? "rename" : operation);
                assertThat(e)
                        .hasMessageContaining(own.toString())
                        .hasMessageContaining(e.step())
                        .hasMessageContaining("No space left on device")
                        .hasRootCauseInstanceOf(FileSystemException.class);
            }
        }
    }

    private void fail(int failing, IOException e) {
        AtomicInteger countdown = new AtomicInteger(failing);
        disk.fault = (operation, f) -> {
            if (countdown.getAndDecrement() == 0) {
                throw e;
            }
        };
    }

    private static Path copyOf(Path own) throws IOException {
        Path copy =
                Files.createTempDirectory(own.getParent().getParent(), "copy").resolve("state.json");
        Files.copy(own, copy);
        Files.copy(own.resolveSibling("state.json.prev"), copy.resolveSibling("state.json.prev"));
        return copy;
    }

    @Test
    void errorsAreNotDroppedWhenCleaningUpFailsToo() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
            disk.fault = (operation, f) -> {
                if (operation.equals("force") || operation.equals("delete")) {
                    throw new IOException("injected at " + operation);
                }
            };
            Throwable thrown = catchThrowable(() -> store.save(new State(2)));
            disk.fault = (operation, f) -> {};
            Throwable root = thrown;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            assertThat(root).hasMessage("injected at force");
            assertThat(root.getSuppressed()).singleElement().satisfies(e -> assertThat(e)
                    .hasMessage("injected at delete"));
        }
        try (var store = reopened(file())) {
            assertThat(store.load().state()).contains(new State(1));
            assertThat(names(directory)).noneMatch(name -> name.contains(".tmp-"));
        }
    }

    @Test
    void shortWritesAreContinued() throws Exception {
        disk.shortWrites = true;
        try (var store = open()) {
            store.save(new State(123456));
        }
        try (var store = reopened(file())) {
            assertThat(store.load().state()).contains(new State(123456));
        }
    }

    @Test
    void hangingDiskCostsTheDeadlineNotMore() throws Exception {
        CountDownLatch disksReturn = new CountDownLatch(1);
        FakeTicker ticker = new FakeTicker();
        var store = CheckpointStore.builder(file(), State.class)
                .disk(disk)
                .ticker(ticker)
                .timeout(Duration.ofSeconds(1))
                .open();
        store.load();
        Checkpoint<State> saver = Checkpoint.of(store, () -> new State(3));
        assertThat(saver.save(Duration.ofSeconds(20)).outcome()).isEqualTo(Outcome.DONE);
        CountDownLatch forcing = new CountDownLatch(1);
        disk.fault = (operation, f) -> {
            if (operation.equals("force")) {
                forcing.countDown();
                await(disksReturn);
            }
        };
        FutureTask<Throwable> thrown = Background.onThread(() -> catchThrowable(() -> store.save(new State(2))));
        await(forcing);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        assertThat(thrown.get())
                .hasMessageContaining("while trying to force the new file")
                .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.ABANDONED));
        FutureTask<StepResult> finish = Background.onThread(() -> saver.finish(Duration.ofMillis(200)));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(200));
        StepResult result = finish.get();
        assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(result.detail()).contains("behind \"save\"");
        assertThat(result.unfinished()).singleElement().satisfies(work -> {
            assertThat(work.thread()).contains("shutdown4j-checkpoint-state.json");
            assertThat(work.stack()).isNotEmpty();
        });
        assertThat(saver.unfinishedCount()).isEqualTo(2);
        saver.markForced();
        disk.fault = (operation, f) -> {};
        disksReturn.countDown();
        // The disk responds after all: the abandoned save is completed in the background, and the lock released.
        org.awaitility.Awaitility.await().until(() -> saver.unfinishedCount() == 0);
        try (var next = reopened(file())) {
            assertThat(next.lastRun().ending()).isEqualTo(LastRun.Ending.FORCED);
            assertThat(next.load().state()).contains(new State(3));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void replaceIsTriedAgainForTwoSecondsWhereReadersBlockIt() throws Exception {
        FakeTicker ticker = new FakeTicker();
        try (var store = CheckpointStore.builder(file(), State.class)
                .disk(disk)
                .ticker(ticker)
                .timeout(Duration.ofMinutes(1))
                .open()) {
            store.save(new State(1));
            AtomicInteger tries = new AtomicInteger();
            AtomicInteger blocked = new AtomicInteger(3);
            disk.fault = (operation, f) -> {
                if (operation.equals("move") && tries.incrementAndGet() <= blocked.get()) {
                    throw new AccessDeniedException(f.toString());
                }
            };
            FutureTask<Throwable> saved = Background.onThread(() -> catchThrowable(() -> store.save(new State(2))));
            for (int i = 0; i < 3; i++) {
                ticker.awaitSleepers(2); // this caller of save, and the thread that pauses before it tries again
                ticker.advance(Duration.ofMillis(20));
            }
            assertThat(saved.get()).isNull();
            assertThat(tries).hasValue(4);
            blocked.set(Integer.MAX_VALUE);
            FutureTask<Throwable> failed = Background.onThread(() -> catchThrowable(() -> store.save(new State(3))));
            ticker.awaitSleepers(2);
            ticker.advance(Duration.ofMillis(1999));
            ticker.awaitSleepers(2);
            assertThat(tries).hasValue(6);
            ticker.advance(Duration.ofMillis(20));
            assertThat(((CheckpointException) failed.get()).kind()).isEqualTo(Kind.NOT_SAVED);
            assertThat(tries).hasValue(7);
            assertThat(store.load().state()).contains(new State(2));
        }
    }

    @Test
    void previousGenerationIsCopiedWhereThereAreNoLinks() throws Exception {
        disk.fault = (operation, f) -> {
            if (operation.equals("link")) {
                throw new UnsupportedOperationException("no links");
            }
        };
        try (var logs = CapturedLogs.open();
                var store = open()) {
            store.save(new State(1));
            store.save(new State(2));
            store.save(new State(3));
            assertThat(logs.texts(Level.INFO))
                    .filteredOn(line -> line.contains("copied"))
                    .hasSize(1);
            assertThat(logs.texts(Level.WARN)).isEmpty();
        }
        Files.delete(file());
        try (var store = reopened(file())) {
            assertThat(store.load()).isInstanceOf(LoadResult.Recovered.class);
            assertThat(store.load().state()).contains(new State(2));
        }
    }

    @Test
    void damagedFileThatCannotBeRenamedIsNeverOverwritten() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
            store.save(new State(2));
        }
        Files.writeString(file(), "garbage");
        disk.fault = (operation, f) -> {
            if (operation.equals("move") && f.toString().contains("damaged")) {
                throw new AccessDeniedException(f.toString());
            }
        };
        try (var store = open()) {
            assertThat(store.load().state()).contains(new State(1));
            assertThatThrownBy(() -> store.save(new State(3)))
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.NOT_SAVED));
            assertThat(file()).hasContent("garbage");
            disk.fault = (operation, f) -> {};
            store.save(new State(3));
            assertThat(store.load().state()).contains(new State(3));
        }
        assertThat(names(directory)).anyMatch(name -> name.contains("damaged"));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
    void fullDiskLeavesTheOldState() throws Exception { // scenario 55
        Path small = Files.createDirectory(directory.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64k", "none", small.toString()),
                "needs the right to mount a tmpfs");
        try {
            Path own = small.resolve("state.json");
            try (var store = CheckpointStore.json(own, String.class)) {
                store.save("a".repeat(20_000));
                store.save("b".repeat(20_000));
                assertThatThrownBy(() -> store.save("c".repeat(30_000)))
                        .satisfies(e ->
                                assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.NOT_SAVED));
                assertThat(names(small)).noneMatch(name -> name.contains(".tmp-"));
                assertThat(store.load().state()).contains("b".repeat(20_000));
                store.save("d");
            }
            try (var store = CheckpointStore.json(own, String.class)) {
                assertThat(store.load().state()).contains("d");
            }
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }
}
