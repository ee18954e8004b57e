package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The number of classes that a program has loaded.
 *
 * @param untilReady those of this library, until the program was ready
 * @param whenQuiet those of this library, once it was quiet
 * @param databind those of Jackson's databind, until its exit
 */
record LoadedClasses(int untilReady, int whenQuiet, int databind) {

    private static final String OURS = " io.github.shutdown4j.";
    private static final String ITS_OWN = OURS + "examples.";
    private static final String DATABIND = " com.fasterxml.jackson.databind.";

    /** Counts in one run of the program. */
    static LoadedClasses of(Run run, Program program) throws Exception {
        Path log = run.folder().resolve("classes.log");
        try (Child child = program.start("-Xlog:class+load:file=" + log)) {
            child.await("READY");
            int untilReady = ours(log);
            LifePart.settle(child.pid());
            int whenQuiet = ours(log);
            child.term();
            child.awaitExit();
            return new LoadedClasses(untilReady, whenQuiet, count(log, DATABIND));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static int ours(Path log) throws IOException {
        return count(log, OURS) - count(log, ITS_OWN);
    }

    private static int count(Path log, String word) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return (int) lines.filter(line -> line.contains(word)).count();
        }
    }

    /** The arguments of a program that loads the same number of empty ones. */
    List<String> asArguments() {
        return List.of(Integer.toString(untilReady), Integer.toString(whenQuiet - untilReady));
    }
}
