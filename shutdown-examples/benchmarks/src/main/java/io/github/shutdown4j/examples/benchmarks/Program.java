package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A small program that runs in a separate process, see the package {@code programs} of the peer "now".
 *
 * @param name the name in the report
 */
record Program(String name, String classPath, String main, List<String> args) {

    static final String PACKAGE = "io.github.shutdown4j.examples.benchmarks.programs.";

    /** Starts it; {@code options} are options of the JVM. */
    Child start(Map<String, String> environment, List<String> options) throws IOException {
        return Child.start(environment, classPath, options, PACKAGE + main, args.toArray(String[]::new));
    }

    Child start(String... options) throws IOException {
        return start(Map.of(), List.of(options));
    }
}
