package io.github.shutdown4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CheckpointStoreTest {

    record Cart(String owner, int items, Instant changed, Optional<String> note) {}

    static final Cart FIRST = new Cart("ann", 1, Instant.parse("2026-01-02T03:04:05Z"), Optional.empty());
    static final Cart SECOND = new Cart("ann", 2, Instant.parse("2026-01-02T03:04:06Z"), Optional.of("gift"));

    @TempDir
    Path directory;

    Path file() {
        return directory.resolve("carts.json");
    }

    CheckpointStore<Cart> open() throws CheckpointException {
        return CheckpointStore.json(file(), Cart.class);
    }

    static CheckpointException.Kind kindOf(Throwable e) {
        return ((CheckpointException) e).kind();
    }

    @Test
    void whatWasSavedIsLoadedByTheNextRun() throws Exception {
        try (var store = open()) {
            assertThat(store.load()).isEqualTo(new LoadResult.None<>());
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.FIRST_RUN);
            store.save(FIRST);
            store.save(SECOND);
        }
        try (var store = open()) {
            LoadResult<Cart> loaded = store.load();
            assertThat(loaded).isInstanceOf(LoadResult.Found.class);
            assertThat(loaded.orElse(FIRST)).isEqualTo(SECOND);
            LoadResult.Generation generation = ((LoadResult.Found<Cart>) loaded).generation();
            assertThat(generation.number()).isEqualTo(2);
            assertThat(generation.clean()).isTrue();
            assertThat(generation.edited()).isFalse();
            assertThat(generation.savedAt()).isBetween(Instant.now().minusSeconds(600), Instant.now());
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.CLEAN);
        }
        assertThat(names()).containsExactlyInAnyOrder("carts.json", "carts.json.prev", "carts.json.lock");
    }

    @Test
    void theFileIsPrettyJson() throws Exception {
        try (var store = open()) {
            store.save(FIRST);
        }
        String text = Files.readString(file());
        String savedAt = text.lines().toList().get(4);
        assertThat(text.replace(savedAt, "  (time)"))
                .isEqualTo("""
                {
                  "format" : 1,
                  "schema" : 1,
                  "generation" : 1,
                  (time)
                  "ending" : "running",
                  "crc32c" : "%s",
                  "state" : {
                    "owner" : "ann",
                    "items" : 1,
                    "changed" : "2026-01-02T03:04:05Z",
                    "note" : null
                  }
                }
                """.formatted(text.replaceAll("(?s).*crc32c\" : \"(\\w+).*", "$1"))
                        .replace("  (time)\n  \"ending\"", "(time)\n  \"ending\"")
                        .replace("(time)", "  (time)"));
    }

    @Test
    void secondStoreInThisProcessIsRefused() throws Exception {
        try (var store = open()) {
            store.save(FIRST);
            assertThatThrownBy(this::open)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(CheckpointException.Kind.IN_USE));
            store.save(SECOND);
        }
        try (var store = open()) {
            assertThat(store.load().state()).contains(SECOND);
        }
    }

    @Test
    void damagedFileIsKeptAndThePreviousGenerationUsed() throws Exception { // scenario 56
        try (var store = open()) {
            store.save(FIRST);
            store.save(SECOND);
        }
        String good = Files.readString(file());
        Files.writeString(file(), good.replace("\"items\" : 2", "\"items\" : 3"));
        try (var logs = CapturedLogs.open();
                var store = open()) {
            LoadResult<Cart> loaded = store.load();
            assertThat(loaded).isInstanceOf(LoadResult.Recovered.class);
            LoadResult.Recovered<Cart> recovered = (LoadResult.Recovered<Cart>) loaded;
            assertThat(recovered.value()).isEqualTo(FIRST);
            assertThat(recovered.why()).contains("checksum");
            assertThat(recovered.quarantined()).singleElement().satisfies(p -> assertThat(Files.readString(p))
                    .contains("\"items\" : 3"));
            assertThat(logs.texts(Level.WARN)).hasSize(2);
            store.save(SECOND);
        }
        try (var store = open()) {
            LoadResult<Cart> loaded = store.load();
            assertThat(loaded.state()).contains(SECOND);
            assertThat(((LoadResult.Found<Cart>) loaded).generation().number()).isEqualTo(3);
        }
    }

    @Test
    void fileEditedByHandIsAcceptedWithoutItsChecksum() throws Exception {
        try (var store = open()) {
            store.save(FIRST);
        }
        List<String> lines = Files.readAllLines(file());
        Files.writeString(
                file(),
                String.join(
                                "\n",
                                lines.stream()
                                        .filter(l -> !l.contains("crc32c"))
                                        .toList())
                        .replace("\"items\" : 1", "\"items\" : 7"));
        try (var logs = CapturedLogs.open();
                var store = open()) {
            LoadResult.Found<Cart> found = (LoadResult.Found<Cart>) store.load();
            assertThat(found.value().items()).isEqualTo(7);
            assertThat(found.generation().edited()).isTrue();
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("edited by hand");
        }
    }

    @Test
    void newerSchemaIsRefusedAndNeverOverwritten() throws Exception {
        try (var store =
                CheckpointStore.builder(file(), Cart.class).schemaVersion(3).open()) {
            store.save(FIRST);
        }
        byte[] before = Files.readAllBytes(file());
        try (var store = open()) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(store::load)
                        .satisfies(e -> assertThat(kindOf(e)).isEqualTo(CheckpointException.Kind.NEWER_VERSION));
                assertThatThrownBy(() -> store.save(SECOND))
                        .satisfies(e -> assertThat(kindOf(e)).isEqualTo(CheckpointException.Kind.NEWER_VERSION));
            }
        }
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void olderSchemaIsMigratedStepByStep() throws Exception {
        record CartV1(String user, int items) {}
        try (var store = CheckpointStore.json(file(), CartV1.class)) {
            store.save(new CartV1("bob", 4));
        }
        try (var store = CheckpointStore.builder(file(), Cart.class)
                .schemaVersion(3)
                .migration(1, CheckpointMigration.ofFields(fields -> {
                    fields.put("owner", fields.remove("user"));
                    return fields;
                }))
                .migration(
                        2,
                        CheckpointMigration.of(
                                Cart.class, old -> new Cart(old.owner(), old.items() * 10, Instant.EPOCH, old.note())))
                .open()) {
            assertThat(store.load().state()).contains(new Cart("bob", 40, Instant.EPOCH, Optional.empty()));
        }
    }

    @Test
    void migrationThatIsMissingInBetweenIsNamedWhenTheStoreIsOpened() throws Exception {
        var builder =
                CheckpointStore.builder(file(), Cart.class).schemaVersion(4).migration(1, json -> json);
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("migration from schema version 2 to 3 is missing: there is one from 1, and schemaVersion"
                        + " is 4");
        builder.migration(2, json -> json);
        assertThatThrownBy(builder::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from schema version 3 to 4 is missing");
        assertThat(names()).isEmpty();
        builder.migration(3, json -> json).open().close();
    }

    @Test
    void secondMigrationFromAVersionIsRefused() {
        var builder = CheckpointStore.builder(file(), Cart.class).migration(1, json -> json);
        assertThatThrownBy(() -> builder.migration(1, json -> json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 1");
    }

    @Test
    void oldestVersionsNeedNoMigration() throws Exception {
        CheckpointStore.builder(file(), Cart.class)
                .schemaVersion(3)
                .migration(2, json -> json)
                .open()
                .close();
    }

    @Test
    void migrationFromTheSchemaVersionItselfIsRefused() {
        assertThatThrownBy(() -> CheckpointStore.builder(file(), Cart.class)
                        .schemaVersion(2)
                        .migration(2, json -> json)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("migration from schema version 2 must be from one before schemaVersion, which is 2");
    }

    @Test
    void lastSaveIsWrittenThoughNothingHasChanged() throws Exception {
        var saver = Checkpoint.of(open(), () -> FIRST);
        assertThat(saver.save(Duration.ofSeconds(60)).detail()).startsWith("generation 1, ");
        assertThat(Files.readString(file())).contains("\"ending\" : \"running\"");
        assertThat(saver.finish(Duration.ofSeconds(60)).detail()).startsWith("generation 2, ");
        assertThat(Files.readString(file())).contains("\"ending\" : \"clean\"");
    }

    @Test
    void interruptNeitherFailsTheSaveNorGetsLost() throws Exception {
        try (var store = open()) {
            Thread.currentThread().interrupt();
            store.save(FIRST);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(store.load().state()).contains(FIRST);
        }
    }

    @Test
    void symbolicLinkStaysOne() throws Exception { // scenario 55
        Path real = Files.createDirectory(directory.resolve("real")).resolve("state.json");
        Files.createSymbolicLink(file(), real);
        try (var store = open()) {
            store.save(FIRST);
        }
        assertThat(file()).isSymbolicLink();
        assertThat(real).isRegularFile();
        assertThat(names()).containsExactlyInAnyOrder("carts.json", "real");
    }

    @Test
    void checkpointSavesWhatTheSupplierReturns() throws Exception {
        var saver = Checkpoint.of(open(), () -> SECOND);
        saver.start();
        assertThat(saver.save(Duration.ofSeconds(60)).outcome()).isEqualTo(Outcome.DONE);
        StepResult last = saver.finish(Duration.ofSeconds(60));
        assertThat(last.outcome()).isEqualTo(Outcome.DONE);
        assertThat(last.detail()).startsWith("generation 2, ");
        assertThat(saver.save(Duration.ofSeconds(60)).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(Files.readString(file())).contains("\"ending\" : \"clean\"");
        try (var store = open()) {
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.CLEAN);
            assertThat(store.load().state()).contains(SECOND);
        }
    }

    @Test
    void forcedEndIsNoted() throws Exception {
        // Its clock stands still: the note and the release of the lock are waited for as long as they take.
        var forced = CheckpointStore.builder(file(), Cart.class)
                .ticker(new FakeTicker())
                .open();
        var saver = Checkpoint.of(forced, () -> SECOND);
        saver.markForced();
        saver.abandon();
        try (var store = open()) {
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.FORCED);
            assertThat(store.lastRun().pid()).contains(ProcessHandle.current().pid());
        }
    }

    List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(p -> p.getFileName().toString()).toList();
        }
    }
}
