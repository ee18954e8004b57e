package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem.Op;
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
                Ticker.system(),
                Clock.systemUTC());
    }

    private static CheckpointWriter.Content content(int generation) {
        ByteBuffer state = ByteBuffer.wrap(Integer.toString(generation).getBytes(StandardCharsets.US_ASCII));
        return CheckpointWriter.Content.of(CheckpointEnvelope.compose(1, generation, Instant.EPOCH, false, state));
    }

    /** The operations of a few saves, in the order of the writer. */
    private List<Op> recorded(int generations) throws Exception {
        CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
        CheckpointWriter writer = new CheckpointWriter(FILES, settings(disk, generations), worker);
        for (int generation = 1; generation <= SAVES; generation++) {
            writer.replace(content(generation), newFile -> {});
            writer.forceDirectory();
            disk.log.add(new CheckpointModelFileSystem.Acknowledged(generation));
        }
        return disk.log;
    }

    private void loadsOldOrNew(CheckpointModelFileSystem disk, int acknowledged, int generations) throws Exception {
        String before = disk.text();
        GenerationScan<Integer> scan = scan(disk, generations);
        int loaded = scan.findUsable().map(GenerationScan.Match::state).orElse(0);
        assertThat(loaded)
                .as("state loaded from %s", before)
                .isBetween(acknowledged, acknowledged + (acknowledged == SAVES ? 0 : 1));
        assertThat(disk.names.keySet()).noneMatch(name -> name.contains("damaged"));
        // The next run saves over what the power cut has left.
        CheckpointWriter writer = new CheckpointWriter(FILES, settings(disk, generations), worker);
        writer.replace(content(loaded + 1), newFile -> {});
        assertThat(scan(disk, generations).findUsable().orElseThrow().state()).isEqualTo(loaded + 1);
        if (loaded > 0 && generations > 0) {
            disk.names.remove("state.json");
            assertThat(scan(disk, generations).findUsable().orElseThrow().state())
                    .isEqualTo(loaded);
        }
        new CheckpointReader(FILES, settings(disk, generations)).deleteStaleTempFiles();
        assertThat(disk.names.keySet()).noneMatch(name -> name.contains("tmp"));
    }

    private GenerationScan<Integer> scan(CheckpointModelFileSystem disk, int generations) {
        CheckpointSettings<Integer> settings = settings(disk, generations);
        return new GenerationScan<>(settings, FILES, new CheckpointReader(FILES, settings), worker);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void everyStateACutCanLeaveLoadsOldOrNew(int generations) throws Exception {
        int states = CheckpointModelFileSystem.eachCut(
                recorded(generations), (disk, acknowledged) -> loadsOldOrNew(disk, acknowledged, generations));
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
                    if (op instanceof CheckpointModelFileSystem.Move move
                            && move.to().equals("state.json")) {
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
                    if (op instanceof CheckpointModelFileSystem.Move move
                            && move.to().equals("state.json")) {
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
        List<Op> wrong = mistake.apply(recorded(0));
        assertThatThrownBy(() -> CheckpointModelFileSystem.eachCut(
                        wrong, (disk, acknowledged) -> loadsOldOrNew(disk, acknowledged, 0)))
                .isInstanceOf(AssertionError.class);
    }

    /** The second of three saves fails at some operation; a power cut may follow at any time. */
    @Test
    void cutAfterAFailedSaveLoadsWhatWasAcknowledgedOrNewer() throws Exception {
        int operations = recorded(1).size() / SAVES + 2;
        for (int failing = 0; failing < operations; failing++) {
            CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
            CheckpointWriter writer = new CheckpointWriter(FILES, settings(disk, 1), worker);
            save(disk, writer, 1);
            int[] countdown = {failing};
            disk.fault = op -> {
                if (countdown[0]-- == 0) {
                    throw new IOException("injected at " + op);
                }
            };
            try {
                save(disk, writer, 2);
            } catch (IOException e) {
                // Not acknowledged.
            }
            disk.fault = op -> {};
            save(disk, writer, 3);
            CheckpointModelFileSystem.eachCut(disk.log, (directory, acknowledged) -> {
                int loaded = scan(directory, 1)
                        .findUsable()
                        .map(GenerationScan.Match::state)
                        .orElse(0);
                assertThat(loaded).isBetween(acknowledged, SAVES);
            });
        }
    }

    private static void save(CheckpointModelFileSystem disk, CheckpointWriter writer, int generation) throws Exception {
        writer.replace(content(generation), newFile -> {});
        writer.forceDirectory();
        disk.log.add(new CheckpointModelFileSystem.Acknowledged(generation));
    }
}
