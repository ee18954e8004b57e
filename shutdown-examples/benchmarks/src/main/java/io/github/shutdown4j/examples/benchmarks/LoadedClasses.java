package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The classes that a program has loaded, without those that the JVM has generated and without those of flight recorder events.
 *
 * @param untilReady those of this library, in order, until the program was ready
 * @param whenQuiet those of this library, in order, once it was quiet
 * @param databind the number of those of Jackson's databind, until its exit
 */
record LoadedClasses(List<String> untilReady, List<String> whenQuiet, int databind) {

    private static final String OURS = "io.github.shutdown4j.";
    private static final String ITS_OWN = OURS + "examples.";
    private static final String DATABIND = "com.fasterxml.jackson.databind.";
    /** Initializing one starts the flight recorder, which the library does only for a recording. */
    private static final String EVENTS = OURS + "internal.JfrEvents$";

    private static final Pattern NAME = Pattern.compile("] ([\\w.$]+) source: ");

    /** Notes them in one run of the program. */
    static LoadedClasses of(Run run, Program program) throws Exception {
        Path log = run.folder().resolve("classes.log");
        try (Child child = program.start("-Xlog:class+load:file=" + log)) {
            child.await("READY");
            List<String> untilReady = ours(log);
            LifePart.settle(child.pid());
            List<String> whenQuiet = ours(log);
            child.term();
            child.awaitExit();
            return new LoadedClasses(untilReady, whenQuiet, names(log, DATABIND).size());
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static List<String> ours(Path log) throws IOException {
        return names(log, OURS).stream()
                .filter(name -> !name.startsWith(ITS_OWN) && !name.startsWith(EVENTS))
                .toList();
    }

    private static List<String> names(Path log, String prefix) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(NAME::matcher)
                    .filter(Matcher::find)
                    .map(line -> line.group(1))
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        }
    }
}
