package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a {@link ChildJvm} ended. Java shows death by signal n as 128 + n, like an exit with that code; the report tells
 * the two apart.
 *
 * @param code the exit code
 * @param sinceMark how long after the last signal, or whatever else has set the {@linkplain ChildJvm#mark() mark}
 * @param lines what it wrote, both streams, in the order of arrival
 * @param report what its coordinator reported; empty if it did not, because it was halted or killed, or has none, or was
 *     not started by {@link ChildJvms}
 */
public record ChildExit(int code, Duration sinceMark, List<ChildJvm.Line> lines, Optional<ChildReport> report) {

    public ChildExit {
        lines = List.copyOf(lines);
    }
}
