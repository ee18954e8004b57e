package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** When the directory of the state is opened, forced and closed. */
@Timeout(180)
class CheckpointDirectoryTest extends CheckpointFaultFixture {

    private List<String> takeDirectoryOperations() {
        return disk.take().stream()
                .filter(operation -> operation.endsWith(" directory"))
                .toList();
    }

    @Test
    void theDirectoryStaysOpenUntilTheStoreIsClosed() throws Exception {
        var store = open();
        store.save(new State(1));
        assertThat(takeDirectoryOperations())
                .containsExactly(
                        "open directory", // by the rehearsal, when nothing tells yet that its name is right
                        "force directory",
                        "close directory",
                        "open directory",
                        "force directory");
        store.save(new State(2));
        store.save(new State(3));
        assertThat(takeDirectoryOperations()).containsExactly("force directory", "force directory");
        store.close();
        assertThat(takeDirectoryOperations()).containsExactly("close directory");
    }

    @Test
    void aDirectoryThatCouldNotBeForcedIsOpenedAgain() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
            disk.take();
            disk.fault = (operation, f) -> {
                if (operation.equals("force directory")) {
                    throw new IOException("injected");
                }
            };
            assertThatThrownBy(() -> store.save(new State(2)))
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.PERHAPS_NOT_DURABLE));
            disk.fault = (operation, f) -> {};
            store.save(new State(3));
            assertThat(takeDirectoryOperations())
                    .containsExactly("force directory", "close directory", "open directory", "force directory");
        }
    }
}
