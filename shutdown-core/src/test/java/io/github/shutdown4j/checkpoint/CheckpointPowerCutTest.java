package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Delete;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Move;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Op;
import io.github.shutdown4j.checkpoint.PowerCuts.Rename;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Ticker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Replays every state in which a power cut during a save may leave the directory, and loads each: it must be the last
 * acknowledged generation or the one being saved. Scenario 54, exhaustively.
 */
class CheckpointPowerCutTest {

    private static final int SAVES = 3;
    private static final CheckpointPaths FILES = new CheckpointPaths(Path.of("/model/state.json"));

    private final CheckpointWorker worker = new CheckpointWorker("model", FILES.target(), Ticker.system());

    private CheckpointSettings<Integer> settings(CheckpointFileSystem disk, int generations) {
        return new CheckpointSettings<>(
                "model",
                FILES.target(),
                new ComponentLogger(CheckpointStore.class, "checkpoint model"),
                new JsonCodec<>(Integer.class),
                1,
                Map.of(),
                1 << 20,
                generations,
                Duration.ofSeconds(1),
                disk,
                Ticker.system());
    }

    private static CheckpointWriter.Content content(int generation) {
        ByteBuffer state = ByteBuffer.wrap(Integer.toString(generation).getBytes(StandardCharsets.US_ASCII));
        return CheckpointWriter.Content.of(CheckpointEnvelope.compose(1, generation, Instant.EPOCH, false, state));
    }

    /** The operations of a few saves, in the order of the writer. */
    private List<Op> recorded(int generations, boolean hasLinks) throws Exception {
        CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
        disk.hasLinks = hasLinks;
        CheckpointWriter writer = writer(disk, generations);
        writer.rehearse(); // notices that there are no links
        for (int generation = 1; generation <= SAVES; generation++) {
            save(disk, writer, generation);
        }
        return disk.log;
    }

    private CheckpointWriter writer(CheckpointModelFileSystem disk, int generations) {
        return new CheckpointWriter(FILES, settings(disk, generations), worker);
    }

    private void loadsOldOrNew(CheckpointModelFileSystem disk, int acknowledged, int generations) throws Exception {
        String before = disk.text();
        int loaded = loaded(disk, generations);
        assertThat(loaded)
                .as("state loaded from %s", before)
                .isBetween(acknowledged, acknowledged + (acknowledged == SAVES ? 0 : 1));
        assertThat(disk.names.keySet()).noneMatch(name -> name.contains("damaged"));
        if (generations > 0) {
            assertThat(loadedWithoutNewest(disk, 1, generations))
                    .as("previous state loaded from %s", before)
                    .isBetween(Math.max(0, acknowledged - 1), loaded);
            assertThat(disk.names.keySet()).noneMatch(name -> name.contains("damaged"));
        }
        // The next run saves over what the power cut has left.
        CheckpointWriter writer = writer(disk, generations);
        writer.replace(content(loaded + 1), newFile -> {});
        assertThat(loaded(disk, generations)).isEqualTo(loaded + 1);
        if (loaded > 0 && generations > 0) {
            disk.names.remove("state.json");
            assertThat(loaded(disk, generations)).isEqualTo(loaded);
        }
        new CheckpointReader(FILES, settings(disk, generations)).deleteStaleTempFiles();
        assertThat(disk.names.keySet()).noneMatch(name -> name.contains("tmp"));
    }

    /** Once a save has returned, every generation is durable. */
    private void loadsAllGenerations(CheckpointModelFileSystem disk, int acknowledged, int generations)
            throws Exception {
        String before = disk.text();
        for (int age = 0; age <= generations; age++) {
            assertThat(loadedWithoutNewest(disk, age, generations))
                    .as("generation of age %s loaded from %s", age, before)
                    .isEqualTo(Math.max(0, acknowledged - age));
        }
    }

    /** Returns the state that is loaded, 0 for none. */
    private int loaded(CheckpointModelFileSystem disk, int generations) throws Exception {
        return scan(disk, generations)
                .findUsable()
                .map(GenerationScan.Match::state)
                .orElse(0);
    }

    /** Loads from a copy of the directory in which the newest files, {@code count} of them, are missing. */
    private int loadedWithoutNewest(CheckpointModelFileSystem disk, int count, int generations) throws Exception {
        CheckpointModelFileSystem copy = new CheckpointModelFileSystem();
        copy.names.putAll(disk.names);
        for (int age = 0; age < count; age++) {
            Path file = age == 0 ? FILES.target() : FILES.previous(age);
            copy.names.remove(file.getFileName().toString());
        }
        int loaded = loaded(copy, generations);
        assertThat(copy.names.keySet()).noneMatch(name -> name.contains("damaged"));
        return loaded;
    }

    private GenerationScan<Integer> scan(CheckpointModelFileSystem disk, int generations) {
        CheckpointSettings<Integer> settings = settings(disk, generations);
        return new GenerationScan<>(settings, FILES, new CheckpointReader(FILES, settings), worker);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "3, true", "0, false", "1, false", "3, false"})
    void everyStateACutCanLeaveLoadsOldOrNew(int generations, boolean hasLinks) throws Exception {
        int states = PowerCuts.each(
                recorded(generations, hasLinks),
                Rename.KEEPS_CONTENT,
                (disk, acknowledged, idle) -> loadsOldOrNew(disk, acknowledged, generations));
        assertThat(states).isGreaterThan(20);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "3, true", "0, false", "1, false", "3, false"})
    void savedGenerationsSurviveACut(int generations, boolean hasLinks) throws Exception {
        // Where renames lose content, there are no links.
        Rename rename = hasLinks ? Rename.KEEPS_CONTENT : Rename.MAY_LOSE_CONTENT;
        int states = PowerCuts.each(recorded(generations, hasLinks), rename, (disk, acknowledged, idle) -> {
            if (idle) {
                loadsAllGenerations(disk, acknowledged, generations);
            }
        });
        assertThat(states).isGreaterThan(20);
    }

    /** Known mistakes of other implementations. */
    enum Mistake implements UnaryOperator<List<Op>> {
        NO_FORCE {
            @Override
            public List<Op> apply(List<Op> log) {
                return log.stream()
                        .filter(op -> !(op instanceof CheckpointModelFileSystem.Force))
                        .toList();
            }
        },
        NO_DIRECTORY_FORCE {
            @Override
            public List<Op> apply(List<Op> log) {
                return log.stream()
                        .filter(op -> !(op instanceof CheckpointModelFileSystem.ForceDirectory))
                        .toList();
            }
        },
        FORCE_AFTER_MOVE {
            @Override
            public List<Op> apply(List<Op> log) {
                List<Op> wrong = new ArrayList<>();
                Op force = null;
                for (Op op : log) {
                    if (op instanceof CheckpointModelFileSystem.Force) {
                        force = op;
                        continue;
                    }
                    wrong.add(op);
                    if (op instanceof Move move && move.to().equals("state.json")) {
                        wrong.add(force);
                    }
                }
                return wrong;
            }
        },
        DELETE_FIRST {
            @Override
            public List<Op> apply(List<Op> log) {
                List<Op> wrong = new ArrayList<>();
                for (Op op : log) {
                    if (op instanceof Move move && move.to().equals("state.json")) {
                        wrong.add(new CheckpointModelFileSystem.Delete("state.json"));
                    }
                    wrong.add(op);
                }
                return wrong;
            }
        },
        WRITE_IN_PLACE {
            @Override
            public List<Op> apply(List<Op> log) {
                List<Op> wrong = new ArrayList<>();
                for (Op op : log) {
                    if (op instanceof CheckpointModelFileSystem.Create create) {
                        wrong.add(new CheckpointModelFileSystem.Create("state.json", create.inode()));
                    } else if (!(op instanceof CheckpointModelFileSystem.Move)) {
                        wrong.add(op);
                    }
                }
                return wrong;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mistake.class)
    void wrongWritersAreCaught(Mistake mistake) throws Exception {
        // Without a previous generation, which would hide the effect of a delete.
        List<Op> wrong = mistake.apply(recorded(0, true));
        assertThatThrownBy(() -> PowerCuts.each(
                        wrong,
                        Rename.KEEPS_CONTENT,
                        (disk, acknowledged, idle) -> loadsOldOrNew(disk, acknowledged, 0)))
                .isInstanceOf(AssertionError.class);
    }

    /** The second of three saves fails at some operation; a power cut may follow at any time. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutAfterAFailedSaveLoadsWhatWasAcknowledgedOrNewer(boolean hasLinks) throws Exception {
        int operations = recorded(1, hasLinks).size() / SAVES + 2;
        for (int failing = 0; failing < operations; failing++) {
            CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
            disk.hasLinks = hasLinks;
            CheckpointWriter writer = writer(disk, 1);
            save(disk, writer, 1);
            Op failed = failAt(disk, failing, () -> save(disk, writer, 2));
            if (!(failed instanceof Delete)) {
                assertThat(disk.names.keySet()).as("after a failed %s", failed).noneMatch(name -> name.contains("tmp"));
            }
            save(disk, writer, 3);
            PowerCuts.each(
                    disk.log, Rename.KEEPS_CONTENT, (directory, acknowledged, idle) -> assertThat(loaded(directory, 1))
                            .isBetween(acknowledged, SAVES));
        }
    }

    /** As on Windows, where a reader of the current file prevents its replacement. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void savesThatCannotReplaceTheCurrentFileKeepTheOlderGenerations(boolean hasLinks) throws Exception {
        CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
        disk.hasLinks = hasLinks;
        CheckpointWriter writer = writer(disk, 2);
        for (int generation = 1; generation <= 3; generation++) {
            save(disk, writer, generation);
        }
        for (int attempt = 0; attempt < 3; attempt++) {
            disk.fault = op -> {
                if (op instanceof Move move && move.to().equals("state.json")) {
                    throw new IOException("injected");
                }
            };
            assertThatThrownBy(() -> save(disk, writer, 4)).hasMessage("injected");
        }
        disk.fault = op -> {};
        save(disk, writer, 4);
        loadsAllGenerations(disk, 4, 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rehearsalLeavesNoFileWhateverFails(boolean hasLinks) throws Exception {
        for (int failing = 0; failing < 12; failing++) {
            CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
            disk.hasLinks = hasLinks;
            CheckpointWriter writer = writer(disk, 1);
            Op failed = failAt(disk, failing, writer::rehearse);
            if (!(failed instanceof Delete)) {
                assertThat(disk.names.keySet()).as("after a failed %s", failed).isEmpty();
            }
        }
    }

    private interface Attempt {
        void run() throws Exception;
    }

    /** Lets one operation of the attempt fail; returns it, null if there were fewer. */
    private static Op failAt(CheckpointModelFileSystem disk, int failing, Attempt attempt) throws Exception {
        int[] countdown = {failing};
        Op[] failed = new Op[1];
        disk.fault = op -> {
            if (countdown[0]-- == 0) {
                failed[0] = op;
                throw new IOException("injected at " + op);
            }
        };
        try {
            attempt.run();
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("injected");
        }
        disk.fault = op -> {};
        return failed[0];
    }

    private static void save(CheckpointModelFileSystem disk, CheckpointWriter writer, int generation) throws Exception {
        writer.replace(content(generation), newFile -> {});
        writer.forceDirectory();
        disk.log.add(new CheckpointModelFileSystem.Acknowledged(generation));
    }
}
