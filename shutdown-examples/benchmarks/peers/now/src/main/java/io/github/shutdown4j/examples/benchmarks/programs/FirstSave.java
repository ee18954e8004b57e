package io.github.shutdown4j.examples.benchmarks.programs;

import java.nio.file.Path;

import org.slf4j.LoggerFactory;

import io.github.shutdown4j.checkpoint.CheckpointStore;

/** Opens a store, loads and saves a record; no coordinator. */
public final class FirstSave {

    private FirstSave() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(FirstSave.class).info("starts");
        try (CheckpointStore<Coordinated.State> store =
                CheckpointStore.json(Path.of(args[1]), Coordinated.State.class)) {
            var unused = store.load();
            store.save(new Coordinated.State(1));
        }
        Ready.reportAndWait(args[0]);
    }
}
