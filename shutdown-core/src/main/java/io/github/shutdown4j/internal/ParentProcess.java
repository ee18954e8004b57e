package io.github.shutdown4j.internal;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The process that has started this one, on Linux. */
public final class ParentProcess {

    private static final Set<String> SHELLS = Set.of("sh", "ash", "bash", "busybox", "dash", "ksh", "zsh");

    private ParentProcess() {}

    /**
     * Logs a warning if the parent is a shell as process 1, as with {@code sh -c "java ...; more"} in a container, which gets
     * the signals in place of this process. Does nothing on other systems.
     */
    public static void warnOfShellAsProcessOne(ComponentLogger log) {
        try {
            if (!parentOf(read("/proc/self/stat")).equals("1")) {
                return;
            }
            String name = read("/proc/1/comm").strip();
            if (SHELLS.contains(name)) {
                log.warn(
                        "process 1 is the shell '{}', which has started this process and, unless its script does so, passes"
                                + " no signal on: a stop of the container does not arrive here; start with"
                                + " \"exec java ...\"",
                        name);
            }
        } catch (IOException | RuntimeException otherSystem) {
            // There is no such file, or it may not be read.
        }
    }

    /** Not by {@code Files}, whose first use costs the start more than two milliseconds. */
    private static String read(String file) throws IOException {
        try (FileInputStream in = new FileInputStream(file)) {
            byte[] content = new byte[1024];
            return new String(content, 0, Math.max(0, in.read(content)), StandardCharsets.ISO_8859_1);
        }
    }

    /** Returns the id of the parent from the content of {@code /proc/self/stat}: {@code 42 (name) S parent ...}. */
    static String parentOf(String stat) {
        int afterName = stat.lastIndexOf(") ") + ") ".length(); // the name may contain any character
        int begin = stat.indexOf(' ', afterName) + 1;
        return stat.substring(begin, stat.indexOf(' ', begin));
    }
}
