package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Runs a benchmark by name, in a folder on the disk that is to be measured:
 *
 * <pre>java -jar benchmarks.jar checkpoint [folder]</pre>
 */
public final class Benchmarks {

    private Benchmarks() {}

    public static void main(String[] args) throws Exception {
        if (args.length < 1 || args.length > 2 || !args[0].equals("checkpoint")) {
            System.err.println("usage: java -jar benchmarks.jar checkpoint [folder]");
            System.exit(2);
        }
        Path parent = args.length == 2 ? Path.of(args[1]) : Path.of("");
        Path folder = Files.createTempDirectory(parent.toAbsolutePath(), "benchmark");
        System.out.println("JDK " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", disk "
                + Files.getFileStore(folder).type());
        try {
            new CheckpointBenchmark(folder).run();
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
