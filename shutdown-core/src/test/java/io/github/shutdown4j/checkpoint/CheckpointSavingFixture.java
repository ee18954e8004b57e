package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.FakeTicker;

import static io.github.shutdown4j.testing.OwnThreads.threadsNamed;
import static org.assertj.core.api.Assertions.assertThat;

/** Common parts of the tests of saves. */
abstract class CheckpointSavingFixture {

    record State(int value) {}

    @TempDir
    Path directory;

    final CheckpointFaultyFileSystem disk = new CheckpointFaultyFileSystem();
    final FakeTicker ticker = new FakeTicker();

    Path file() {
        return directory.resolve("state.json");
    }

    CheckpointStore<State> open() throws CheckpointException {
        CheckpointStore<State> store =
                CheckpointStore.builder(file(), State.class).disk(disk).open();
        store.load();
        return store;
    }

    CheckpointStore<State> openOnFakeTime() throws CheckpointException {
        CheckpointStore<State> store = CheckpointStore.builder(file(), State.class)
                .disk(disk)
                .ticker(ticker)
                .open();
        store.load();
        return store;
    }

    long writes() {
        return disk.take().stream().filter("force directory"::equals).count();
    }

    int durableValue() throws IOException {
        return Integer.parseInt(Files.readString(file()).replaceAll("(?s).*\"value\" : (\\d+).*", "$1"));
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static List<Thread> threads() {
        return threadsNamed("shutdown4j-checkpoint-state.json");
    }
}
