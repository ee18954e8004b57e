package io.github.shutdown4j.internal;

import java.nio.file.Path;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.shutdown4j.testing.ChildJvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A dump of many threads may take longer than the process lives, and has hundreds of megabytes. */
@Timeout(180)
class ThreadDumpTest {

    @TempDir
    private Path temporary;

    /** Ends in the middle of a dump. */
    public static final class Ending {

        private Ending() {}

        public static void main(String[] args) {
            boolean shown = ThreadDump.visit((container, id, name, stack) -> {
                if (args[0].equals("exit")) {
                    System.exit(3);
                }
                ThreadDump.discard(); // as the report of a halt does
                Runtime.getRuntime().halt(3);
            });
            System.out.println("shown " + shown);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit", "halt"})
    void aProcessThatEndsDuringADumpLeavesNoFile(String how) {
        assumeTrue(ThreadDump.isAvailable(), "needs JDK 21: thread dumps as JSON");
        try (ChildJvm child = ChildJvm.of(Ending.class)
                .property("java.io.tmpdir", temporary.toString())
                .args(how)
                .start()) {
            child.assertExit(3);
        }
        assertThat(temporary).isEmptyDirectory();
    }
}
