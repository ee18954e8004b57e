package io.github.shutdown4j.examples.process;

import java.nio.file.Path;
import java.time.Duration;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;

/**
 * Starts an example, the jar in the system property {@code example.jar}, and reads the output that all of them share.
 */
public final class Example {

    /**
     * Long enough for the start of a framework on a loaded machine, which needs seconds of processor time; reached only by a
     * test that fails anyway.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    /**
     * The upper bound of a shutdown that waits for nothing longer than the test intends. The report tells what was waited for in
     * vain, so the bound is not to measure the machine: it is the default of timeout_secs and force_delay_secs together.
     */
    public static final Duration LIMIT = Duration.ofSeconds(40);

    private Example() {}

    /** The packaged example in its own directory. */
    public static ChildJvmLauncher in(Path directory, ChildJvms jvms) {
        return quick(jvms.jar(Path.of(System.getProperty("example.jar")))).directory(directory);
    }

    /**
     * Tunes the JVM for a quick start and a short life, also without the verification of class files, which takes a tenth of
     * the processor time of a framework's start. Services that take their limits from the environment have as long to become
     * ready as the tests wait.
     */
    public static ChildJvmLauncher quick(ChildJvmLauncher example) {
        return example.quick()
                .jvm("-Xmx256m", "-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote")
                .env("APP_SHUTDOWN_START_TIMEOUT_SECS", Long.toString(PATIENCE.toSeconds()));
    }

    /** Waits until it is open, and returns its port. */
    public static int port(ChildJvm app) {
        return (int) number(app, "listening on port ");
    }

    /** Waits for the first line that contains {@code part}, and returns the number at its end. */
    public static long number(ChildJvm app, String part) {
        String line = app.awaitLine(part, PATIENCE).text();
        return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }
}
