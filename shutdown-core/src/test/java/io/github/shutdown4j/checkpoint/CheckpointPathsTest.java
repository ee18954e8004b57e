package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Which files of a directory belong to a checkpoint. */
class CheckpointPathsTest {

    private final CheckpointPaths files = new CheckpointPaths(Path.of("/tmp/state.json"));

    @Test
    void ownNamesAreRecognised() {
        assertThat(files.isTemporary(name(files.temporary()))).isTrue();
        assertThat(files.isTemporary(name(files.temporaryLink()))).isTrue();
        assertThat(files.isQuarantined(name(files.damaged(Instant.EPOCH, 1)))).isTrue();
        assertThat(files.isQuarantined(name(files.damaged(Instant.EPOCH, 12)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state.json",
                "state.json.tmp-",
                "state.json.tmp-0123456789abcde",
                "state.json.tmp-0123456789abcdef0",
                "state.json.tmp-0123456789abcdeF",
                "state.json.tmp-0123456789abcdeg",
                "state-json.tmp-0123456789abcdef",
                "other.json.tmp-0123456789abcdef",
                "state.json.damaged-",
                "state.json.damaged-19700101T00000000Z",
                "state.json.damaged-19700101T000000000Z-",
                "state.json.damaged-19700101T000000000Z-a",
                "state.json.damaged-19700101T000000000Z.old",
                "state.json.damaged-1970010aT000000000Z",
                "other.json.damaged-19700101T000000000Z"
            })
    void otherNamesAreLeftAlone(String name) {
        assertThat(files.isTemporary(name)).isFalse();
        assertThat(files.isQuarantined(name)).isFalse();
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
