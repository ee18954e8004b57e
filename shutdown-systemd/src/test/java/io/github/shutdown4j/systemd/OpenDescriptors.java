package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The descriptors of this process, as the kernel sees them. */
final class OpenDescriptors {

    private static final int CLOSE_ON_EXEC = 02000000;

    private OpenDescriptors() {}

    /** The link target of each, such as {@code socket:[123]}, of those with this prefix. */
    static Map<Integer, String> of(String kind) throws IOException {
        Map<Integer, String> found = new TreeMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            for (Path entry : entries.toList()) {
                String target = target(entry);
                if (target.startsWith(kind)) {
                    found.put(Integer.valueOf(entry.getFileName().toString()), target);
                }
            }
        }
        return found;
    }

    private static String target(Path entry) {
        try {
            return Files.readSymbolicLink(entry).toString();
        } catch (IOException e) {
            return ""; // that of the listing itself
        }
    }

    static boolean closesOnExec(int descriptor) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/fdinfo", Integer.toString(descriptor)))) {
            String flags = lines.filter(line -> line.startsWith("flags:"))
                    .findFirst()
                    .orElseThrow()
                    .substring("flags:".length())
                    .strip();
            return (Integer.parseInt(flags, 8) & CLOSE_ON_EXEC) != 0;
        }
    }
}
