package io.github.shutdown4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** Files that killed writers, damage and interrupted saves leave in the directory. */
@Timeout(180)
class CheckpointLeftoversTest extends CheckpointFaultFixture {

    @Test
    void tempFilesOfDeadWritersAreRemovedAndOthersLeftAlone() throws Exception {
        Path dead = Files.writeString(directory.resolve("state.json.tmp-0123456789abcdef"), "half");
        Path foreign = Files.writeString(directory.resolve("state.json.tmp-mine"), "mine");
        Path other = Files.writeString(directory.resolve("other.json.tmp-0123456789abcdef"), "half");
        try (var store = reopened(file())) {
            assertThat(dead).doesNotExist();
            assertThat(foreign).exists();
            assertThat(other).exists();
        }
    }

    @Test
    void damagedFilesAreNeverDeleted() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            Files.writeString(file(), "garbage " + i);
            try (var store = reopened(file())) {
                LoadResult.Damaged<State> damaged = (LoadResult.Damaged<State>) store.load();
                all.add(damaged.quarantined().get(0).getFileName().toString());
            }
        }
        assertThat(names(directory).stream().filter(name -> name.contains("damaged")))
                .containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void linkLeftByACutBetweenTheTwoRenamesIsRemoved() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
        }
        Files.createLink(directory.resolve("state.json.prev"), file());
        try (var store = open()) {
            store.save(new State(2));
        }
        assertThat(names(directory)).containsExactlyInAnyOrder("state.json", "state.json.prev", "state.json.lock");
        Files.move(directory.resolve("state.json.prev"), file(), StandardCopyOption.REPLACE_EXISTING);
        try (var store = open()) {
            assertThat(store.load().state()).contains(new State(1));
        }
    }
}
