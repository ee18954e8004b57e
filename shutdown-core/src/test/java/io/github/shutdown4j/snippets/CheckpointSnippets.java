package io.github.shutdown4j.snippets;

import java.nio.file.Path;
import java.util.List;

import io.github.shutdown4j.checkpoint.CheckpointException;
import io.github.shutdown4j.checkpoint.CheckpointMigration;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.checkpoint.LastRun;

final class CheckpointSnippets {

    record Position(String topic, long offset) {}

    record PositionV1(long offset) {}

    record Positions(List<Position> all) {}

    interface SearchIndex {
        void rebuild();
    }

    private CheckpointSnippets() {}

    static CheckpointStore<Position> builder() throws CheckpointException {
        CheckpointStore<Position> store = CheckpointStore.builder(Path.of("position.json"), Position.class)
                .schemaVersion(2)
                .migration(1, CheckpointMigration.of(PositionV1.class, old -> new Position("orders", old.offset())))
                .previousGenerations(3)
                .open();
        return store;
    }

    static CheckpointMigration migration() {
        CheckpointMigration renamed = CheckpointMigration.ofFields(fields -> {
            fields.put("offset", fields.remove("position"));
            return fields;
        });
        return renamed;
    }

    static void exception(CheckpointStore<Position> store, Position position) {
        try {
            store.save(position);
        } catch (CheckpointException failed) {
            boolean visible = failed.kind() == CheckpointException.Kind.PERHAPS_NOT_DURABLE;
            System.err.println((visible ? "saved, but may not survive a power cut: " : "") + failed.getMessage());
        }
    }

    static void lastRun(CheckpointStore<Position> store, SearchIndex index) throws CheckpointException {
        LastRun last = store.lastRun();
        if (!last.endedCleanly()) {
            System.out.println(last.text());
            index.rebuild();
        }
    }
}
