package io.github.shutdown4j.checkpoint;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.ChildJvm;

/** A class path without Jackson, or with one that is too old, is named when a store opens. */
@Timeout(180)
class CheckpointWithoutJacksonTest {

    @TempDir
    private Path directory;

    /** Opens a store. */
    public static final class Opening {

        private Opening() {}

        public static void main(String[] args) {
            try (CheckpointStore<String> store = CheckpointStore.json(Path.of(args[0]), String.class)) {
                System.out.println("opened " + store.name());
            } catch (CheckpointException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    @Test
    void theExceptionNamesTheVersionThatIsNeeded() {
        opensWithout("jackson", "jackson-databind 2.16 or newer is needed, there is no Jackson");
    }

    @Test
    void aMissingDatabindIsNotFirstNoticedByASave() {
        opensWithout("jackson-databind", "jackson-databind 2.16 or newer is needed, jackson-core 2.");
    }

    private void opensWithout(String library, String refusal) {
        String others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains(library))
                .collect(Collectors.joining(File.pathSeparator));
        try (ChildJvm child = ChildJvm.of(Opening.class)
                .classPath(others)
                .args(directory.resolve("state.json").toString())
                .start()) {
            child.awaitLine(refusal);
            child.assertExit(0);
        }
    }
}
