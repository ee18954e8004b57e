package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The end of a {@link ChildJvm}. Java represents death by signal n as exit code 128 + n, the same as an exit with that code;
 * the report distinguishes them.
 *
 * @param code the exit code
 * @param sinceMark the time since the last signal or another call that sets the {@linkplain ChildJvm#mark() mark}
 * @param lines the output of both streams, in the order of arrival
 * @param report the report of its coordinator; empty if the process was halted or killed, has no coordinator, or was not
 *     started by {@link ChildJvms}
 */
public record ChildExit(int code, Duration sinceMark, List<ChildJvm.Line> lines, Optional<ChildReport> report) {

    public ChildExit {
        lines = List.copyOf(lines);
    }

    /**
     * Whether the JVM broke off its own start because SIGTERM came between two phases of it. No program has run then, and the exit
     * code is 1 or 143, whichever of its threads exits first; see sigterm-between-two-phases-of-a-jvm-start in the findings.
     */
    public boolean brokeOffVmStart() {
        boolean brokeOff =
                lines.stream().anyMatch(l -> l.text().contains("Error occurred during initialization of VM"));
        return brokeOff && (code == 1 || code == 143);
    }
}
