package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A history for the plan of a shutdown, in a temporary directory that is deleted afterwards: the real file may be in use by
 * an instance that runs, and a check leaves nothing behind.
 */
final class PlannedHistory implements AutoCloseable {

    private final Path directory;
    private final RunHistory history;

    private PlannedHistory(Path directory, RunHistory history) {
        this.directory = directory;
        this.history = history;
    }

    /** @param file the real file, whose name is in the plan */
    static PlannedHistory of(Path file) throws IOException {
        Path directory = Files.createTempDirectory("backend-plan");
        try {
            return new PlannedHistory(directory, RunHistory.planned(directory.resolve(file.getFileName())));
        } catch (IOException | RuntimeException e) {
            Files.delete(directory);
            throw e;
        }
    }

    RunHistory history() {
        return history;
    }

    @Override
    public void close() {
        history.close();
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> contentFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : contentFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
