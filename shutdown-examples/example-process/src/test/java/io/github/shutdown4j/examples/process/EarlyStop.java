package io.github.shutdown4j.examples.process;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofSeconds;

/** Stops a server while it starts: scenario 6. */
public final class EarlyStop {

    private EarlyStop() {}

    /** For a server like that of {@link StopsUnderLoad}, whose announcement takes a second. */
    public static void isClean(ChildJvmLauncher server) {
        ChildJvm app = Example.quick(server).logs().env("PORT", "0").start();
        app.awaitLine("services: starting", ofSeconds(60));
        app.signal("TERM");
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ZERO, Example.LIMIT);
    }
}
