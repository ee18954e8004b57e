package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.io.TempDir;

/** Common parts of the tests with a failing disk. */
abstract class CheckpointFaultFixture {

    record State(int value) {}

    @TempDir
    Path directory;

    final CheckpointFaultyFileSystem disk = new CheckpointFaultyFileSystem();

    Path file() {
        return directory.resolve("state.json");
    }

    CheckpointStore<State> open() throws CheckpointException {
        return CheckpointStore.builder(file(), State.class)
                .disk(disk)
                .timeout(Duration.ofMinutes(1))
                .open();
    }

    static CheckpointStore<State> reopened(Path file) throws CheckpointException {
        return CheckpointStore.json(file, State.class);
    }

    static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(p -> p.getFileName().toString()).toList();
        }
    }
}
