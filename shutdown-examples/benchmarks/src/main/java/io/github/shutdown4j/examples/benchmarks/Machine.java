package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The machine on which the figures were measured. */
final class Machine {

    private Machine() {}

    static Map<String, String> describe(Path folder, Peers peers) throws IOException {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("begun", Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
        machine.put("processor", Runtime.getRuntime().availableProcessors() + " x " + processor());
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("load at the begin", firstWord("/proc/loadavg"));
        machine.put("disk", Files.getFileStore(folder).type());
        machine.put("JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.putAll(peers.versions());
        return machine;
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.exists(file)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.replaceFirst("^[^:]*: *", ""))
                    .orElse(System.getProperty("os.arch"));
        }
    }

    private static String firstWord(String file) throws IOException {
        return Files.exists(Path.of(file)) ? Files.readString(Path.of(file)).split(" ", 2)[0] : "unknown";
    }
}
