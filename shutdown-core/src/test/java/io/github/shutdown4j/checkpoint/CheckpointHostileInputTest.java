package io.github.shutdown4j.checkpoint;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Any content in place of the file leads to a defined result, without loss or crash. Scenarios 55 and 56. */
@Timeout(180)
class CheckpointHostileInputTest extends CheckpointFileFixture {

    @Test
    void truncatedAtEveryByteItIsDamagedAndKept() throws Exception {
        byte[] good = saved(new State("one", 1), STATE);
        byte[] previous = Files.readAllBytes(directory.resolve("state.json.prev"));
        int whole = new String(good, StandardCharsets.UTF_8).stripTrailing().getBytes(StandardCharsets.UTF_8).length;
        try (var store = open()) {
            for (int length = 0; length < good.length; length++) {
                byte[] cut = Arrays.copyOf(good, length);
                Files.write(file(), cut);
                LoadResult<State> loaded = store.load();
                if (length >= whole) {
                    assertThat(loaded).isInstanceOf(LoadResult.Found.class);
                    continue;
                }
                assertThat(loaded).as("cut to %d bytes", length).isInstanceOf(LoadResult.Recovered.class);
                LoadResult.Recovered<State> recovered = (LoadResult.Recovered<State>) loaded;
                assertThat(recovered.value()).isEqualTo(new State("one", 1));
                assertThat(recovered.quarantined()).singleElement().satisfies(quarantined -> assertThat(quarantined)
                        .hasBinaryContent(cut));
                assertThat(directory.resolve("state.json.prev")).hasBinaryContent(previous);
            }
        }
    }

    /** A flipped bit is detected, or has not changed the state. */
    @Test
    void noFlippedBitChangesTheStateSilently() throws Exception {
        byte[] good = saved(new State("one", 1), STATE);
        Random random = new Random(4);
        try (var store = open()) {
            for (int i = 0; i < good.length; i++) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) (1 << random.nextInt(8));
                Files.write(file(), bad);
                try {
                    LoadResult<State> loaded = store.load();
                    State expected = loaded instanceof LoadResult.Found ? STATE : new State("one", 1);
                    assertThat(loaded.state()).as("byte %d flipped", i).contains(expected);
                } catch (CheckpointException e) {
                    assertThat(e.kind()).as("byte %d flipped", i).isEqualTo(Kind.NEWER_VERSION);
                    assertThat(file()).hasBinaryContent(bad);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\0\0\0\0",
                "null",
                "[]",
                "{}",
                "42",
                "garbage",
                "{\"format\":1}",
                "{\"state\":{}}",
                "{\"format\":1,\"schema\":1,\"generation\":1,\"savedAt\":\"2026-01-01T00:00:00Z\",\"ending\":\"running\",\"state\":}",
                "{\"format\":1,\"schema\":1,\"generation\":1,\"savedAt\":\"2026-01-01T00:00:00Z\",\"ending\":\"running\",\"state\":null}",
                "{\"format\":1,\"schema\":1,\"generation\":1,\"savedAt\":\"2026-01-01T00:00:00Z\",\"ending\":\"running\",\"state\":{\"text\":\"a\",\"number\":1} {}}",
                "{\"format\":1,\"schema\":1,\"generation\":1,\"savedAt\":\"2026-01-01T00:00:00Z\",\"ending\":\"running\",\"state\":{\"text\":\"a\",\"number\":1,\"number\":2}}",
                "{\"format\":1,\"schema\":1,\"generation\":1,\"savedAt\":\"yesterday\",\"ending\":\"running\",\"state\":{}}",
                "{\"format\":1,\"schema\":1,\"generation\":-1,\"savedAt\":\"2026-01-01T00:00:00Z\",\"ending\":\"running\",\"state\":{}}",
                "{\"format\":1,\"schema\":99999999999,\"generation\":1,\"savedAt\":\"2026-01-01T00:00:00Z\",\"ending\":\"running\",\"state\":{}}"
            })
    void garbageIsKeptAndTheStartIsClean(String garbage) throws Exception {
        Files.writeString(file(), garbage);
        try (var store = open()) {
            LoadResult<State> loaded = store.load();
            assertThat(loaded).isInstanceOf(LoadResult.Damaged.class);
            assertThat(loaded.orElse(STATE)).isEqualTo(STATE);
            Path quarantined =
                    ((LoadResult.Damaged<State>) loaded).quarantined().get(0);
            assertThat(quarantined).hasContent(garbage);
            store.save(STATE);
        }
        try (var store = open()) {
            assertThat(store.load().state()).contains(STATE);
        }
    }

    @Test
    void damageOfEveryGenerationIsReported() throws Exception {
        saved(STATE, STATE);
        Files.writeString(file(), "garbage");
        Files.writeString(directory.resolve("state.json.prev"), "more garbage");
        try (var store = open()) {
            LoadResult.Damaged<State> damaged = (LoadResult.Damaged<State>) store.load();
            assertThat(damaged.quarantined()).hasSize(2);
            assertThat(damaged.why()).contains("state.json:", "state.json.prev:");
        }
    }

    @Test
    void zeroBytesOfAPowerCutAreCalledThat() throws Exception {
        Files.write(file(), new byte[300]);
        try (var store = open()) {
            assertThat(((LoadResult.Damaged<State>) store.load()).why()).contains("zero bytes");
        }
    }

    @Test
    void hugeFileIsNotRead() throws Exception {
        saved(new State("one", 1), STATE);
        try (RandomAccessFile huge = new RandomAccessFile(file().toFile(), "rw")) {
            huge.setLength(1L << 30);
        }
        try (var store = open()) {
            LoadResult.Recovered<State> recovered = (LoadResult.Recovered<State>) store.load();
            assertThat(recovered.why()).contains("truncated");
            assertThat(recovered.quarantined().get(0)).hasSize(1L << 30);
        }
    }

    @Test
    void largerStateThanAllowedIsNotSaved() throws Exception {
        try (var store =
                CheckpointStore.builder(file(), State.class).maxBytes(1024).open()) {
            store.save(STATE);
            assertThatThrownBy(() -> store.save(new State("x".repeat(1024), 1)))
                    .hasMessageContaining("1024")
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.NOT_SAVED));
            assertThat(store.load().state()).contains(STATE);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs pipes in the file system")
    void pipeIsRefusedAndNotWaitedFor() throws Exception {
        assumeTrue(new ProcessBuilder("mkfifo", file().toString()).start().waitFor() == 0, "needs mkfifo");
        assertThatThrownBy(this::open)
                .hasMessageContaining("not a regular file")
                .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.UNUSABLE));
    }

    @Test
    void directoryIsRefused() throws Exception {
        Files.createDirectory(file());
        assertThatThrownBy(this::open)
                .hasMessage("checkpoint " + file() + ": it is not a regular file")
                .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.UNUSABLE));
    }

    @Test
    void directoryInThePlaceOfAPreviousGenerationIsRefused() throws Exception {
        Path previous = directory.resolve("state.json.prev2");
        Files.createDirectory(previous);
        assertThatThrownBy(() -> CheckpointStore.builder(file(), State.class)
                        .previousGenerations(2)
                        .open())
                .hasMessage("checkpoint " + previous + ": it is not a regular file")
                .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.UNUSABLE));
        assertThat(file()).doesNotExist();

        try (var store = open()) { // one generation only
            store.save(STATE);
        }
        assertThat(file()).exists();
    }

    @Test
    void failedSaveSpeaksOfAStateBeforeOnlyIfThereIsOne() throws Exception {
        try (var store =
                CheckpointStore.builder(file(), State.class).maxBytes(1024).open()) {
            State tooLarge = new State("x".repeat(1024), 1);
            assertThatThrownBy(() -> store.save(tooLarge)).hasMessageContaining(": not saved: cannot save ");
            store.save(STATE);
            assertThatThrownBy(() -> store.save(tooLarge))
                    .hasMessageContaining(": not saved, the previous state is unchanged: cannot save ");
        }
    }

    @Test
    void missingDirectoryIsRefused() {
        assertThatThrownBy(() -> CheckpointStore.json(directory.resolve("no/state.json"), State.class))
                .hasMessageContaining("NoSuchFile")
                .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.UNUSABLE));
    }

    @Test
    void nameTooLongIsRefused() {
        assertThatThrownBy(() -> CheckpointStore.json(directory.resolve("x".repeat(300)), State.class))
                .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.UNUSABLE));
        assertThatThrownBy(() -> CheckpointStore.json(directory.resolve("x".repeat(252)), State.class))
                .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.UNUSABLE));
    }

    @Test
    void nameThatIsNoneIsABadArgument() {
        assertThatThrownBy(() -> CheckpointStore.json(Path.of("/"), State.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CheckpointStore.json(Path.of(""), State.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void linkToItselfIsRefused() throws Exception {
        Files.createSymbolicLink(file(), file());
        assertThatThrownBy(this::open).satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.UNUSABLE));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX permissions")
    void permissionsAreThoseOfTheReplacedFileElseTheOwnersOnly() throws Exception {
        saved(STATE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        saved(STATE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r-----");
        if (Files.getOwner(file()).getName().equals("root")) {
            Files.setAttribute(file(), "unix:gid", 4242);
            saved(STATE);
            assertThat(Files.getAttribute(file(), "unix:gid")).isEqualTo(4242);
        }
    }

    @Test
    void byteOrderMarkAndOtherLineEndsOfAnEditorAreAccepted() throws Exception {
        String good = new String(saved(STATE), StandardCharsets.UTF_8);
        String edited = "\ufeff" + good.replaceAll(".*crc32c.*\n", "").replace("\n", "\r\n");
        Files.writeString(file(), edited);
        try (var store = open()) {
            assertThat(store.load().state()).contains(STATE);
        }
        Files.writeString(file(), "\ufeff" + good);
        try (var store = open()) {
            assertThat(store.load()).isInstanceOf(LoadResult.Found.class);
        }
    }

    @Test
    void fileOfANewerFormatIsLeftUntouched() throws Exception {
        String newer = "{\"format\":2,\"anything\":{\"else\":1}}";
        Files.writeString(file(), newer);
        try (var store = open()) {
            assertThatThrownBy(store::load).satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.NEWER_VERSION));
            assertThatThrownBy(() -> store.save(STATE))
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.NEWER_VERSION));
        }
        assertThat(file()).hasContent(newer);
    }

    @Test
    void olderSchemaWithoutMigrationIsLeftUntouched() throws Exception {
        byte[] good = saved(STATE);
        try (var store =
                CheckpointStore.builder(file(), State.class).schemaVersion(2).open()) {
            assertThatThrownBy(store::load)
                    .hasMessageContaining("no migration from schema version 1")
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.UNUSABLE));
        }
        assertThat(file()).hasBinaryContent(good);
    }

    @Test
    void directoryIsLeftTidy() throws Exception {
        saved(STATE, STATE, STATE);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("state.json", "state.json.prev", "state.json.lock");
        }
    }
}
