package io.github.shutdown4j.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The id of this process. */
public final class OwnProcess {

    private OwnProcess() {}

    /**
     * Returns the process id, on Linux without {@link ProcessHandle}, which would start the JDK's threads for child
     * processes and so take milliseconds.
     */
    public static long pid() {
        try {
            return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/self")).toString());
        } catch (IOException | RuntimeException otherSystem) {
            return ProcessHandle.current().pid();
        }
    }
}
