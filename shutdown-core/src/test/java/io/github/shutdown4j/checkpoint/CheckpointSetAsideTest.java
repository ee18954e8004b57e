package io.github.shutdown4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Quarantined files are reported at every start, and intact files are never quarantined. */
@Timeout(180)
class CheckpointSetAsideTest extends CheckpointFileFixture {

    @Test
    void quarantinedFilesAreReportedAtEveryStartUntilRemoved() throws Exception {
        Files.writeString(file(), "garbage");
        Path quarantined;
        try (var store = open()) {
            LoadResult.Damaged<State> first = (LoadResult.Damaged<State>) store.load();
            quarantined = first.quarantined().get(0);
        }
        try (var store = open()) {
            for (int i = 0; i < 2; i++) {
                LoadResult.Damaged<State> again = (LoadResult.Damaged<State>) store.load();
                assertThat(again.quarantined()).containsExactly(quarantined);
                assertThat(again.why()).contains(quarantined.getFileName().toString());
            }
            store.save(STATE);
        }
        try (var logs = CapturedLogs.open();
                var store = open()) {
            assertThat(store.load()).isInstanceOf(LoadResult.Found.class);
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains(quarantined.getFileName() + "");
        }
        Files.delete(quarantined);
        try (var logs = CapturedLogs.open();
                var store = open()) {
            assertThat(store.load()).isInstanceOf(LoadResult.Found.class);
            assertThat(logs.texts(Level.WARN)).isEmpty();
        }
    }

    @Test
    void stateOfAnotherShapeStaysAndIsFoundAgainByTheReleaseThatWroteIt() throws Exception {
        record Other(String text, List<Double> number) {}
        byte[] good = saved(new State("one", 1), STATE);
        byte[] previous = Files.readAllBytes(directory.resolve("state.json.prev"));
        for (int start = 0; start < 2; start++) {
            try (var store = CheckpointStore.json(file(), Other.class)) {
                assertThatThrownBy(store::load)
                        .hasMessageContaining("ArrayList<java.lang.Double>")
                        .hasMessageContaining("Other[\"number\"]")
                        .hasMessageContaining("add a migration")
                        .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.INCOMPATIBLE));
                assertThatThrownBy(() -> store.save(new Other("x", List.of())))
                        .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.INCOMPATIBLE));
            }
            assertThat(file()).hasBinaryContent(good);
            assertThat(directory.resolve("state.json.prev")).hasBinaryContent(previous);
        }
        try (var store = open()) {
            assertThat(store.load().state()).contains(STATE);
        }
    }

    @Test
    void fileAboveALoweredLimitStaysAndIsFoundOnceTheLimitIsRaised() throws Exception {
        State large = new State("x".repeat(2_000_000), 1);
        byte[] good = saved(large);
        try (var store =
                CheckpointStore.builder(file(), State.class).maxBytes(1 << 20).open()) {
            assertThatThrownBy(store::load)
                    .hasMessageContaining(good.length + " bytes")
                    .hasMessageContaining("maxBytes, which is 1048576")
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.INCOMPATIBLE));
            assertThatThrownBy(() -> store.save(STATE))
                    .satisfies(e -> assertThat(kindOf(e)).isEqualTo(Kind.INCOMPATIBLE));
        }
        assertThat(file()).hasBinaryContent(good);
        try (var store = open()) {
            assertThat(store.load().state()).contains(large);
        }
    }
}
