package io.github.shutdown4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;

/** Common parts of the tests of the contents and the permissions of a checkpoint file. */
abstract class CheckpointFileFixture {

    record State(String text, double number) {}

    static final State STATE = new State("two\u00e4", 2.5);

    @TempDir
    Path directory;

    Path file() {
        return directory.resolve("state.json");
    }

    CheckpointStore<State> open() throws CheckpointException {
        return CheckpointStore.json(file(), State.class);
    }

    /** Saves the states in this order and returns the content of the file. */
    byte[] saved(State... states) throws Exception {
        try (var store = open()) {
            for (State state : states) {
                store.save(state);
            }
        }
        return Files.readAllBytes(file());
    }

    static Kind kindOf(Throwable e) {
        return ((CheckpointException) e).kind();
    }
}
