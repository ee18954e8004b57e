package io.github.shutdown4j;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;

/**
 * A run whose classes the JVM writes to an AOT cache or an archive during the exit, after all shutdown hooks. Neither a second
 * exit nor {@code halt} shortens that. An AOT cache is written by a second JVM; if that is killed, the exit continues without
 * the cache.
 */
final class TrainingRun {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);
    /** With this option the JVM starts a second one at its exit. */
    private static final String CACHE_OPTION = "-XX:AOTCacheOutput=";

    private TrainingRun() {}

    /** Describes what the JVM does after all hooks have ended; empty if they have not. May load the management classes. */
    static String describe() {
        if (jvmAtWork() == null) {
            return "";
        }
        String option = option();
        return option.isEmpty()
                ? "all shutdown hooks have ended, the JVM itself is not done"
                : "the JVM is writing the classes of a training run (" + option + ")";
    }

    /** Whether a second JVM writes the cache, or will once this one has written the configuration for it. */
    static boolean hasSecondJvm() {
        return isSecondJvmRunning() || option().startsWith(CACHE_OPTION);
    }

    private static boolean isSecondJvmRunning() {
        StackTraceElement frame = jvmAtWork();
        return frame != null && frame.getClassName().contains("ProcessLauncher");
    }

    /** Kills the second JVM whenever there is one. Returns if this JVM is not exiting; otherwise runs until the process ends. */
    static void killSecondJvm() {
        Sleeper pause = new Sleeper(Ticker.system());
        try {
            pause.sleep(CHECK_INTERVAL);
            while (jvmAtWork() != null) {
                if (isSecondJvmRunning()) {
                    ProcessHandle.current()
                            .children()
                            .filter(TrainingRun::isSecondJvm)
                            .forEach(ProcessHandle::destroyForcibly);
                }
                pause.sleep(CHECK_INTERVAL);
            }
        } catch (InterruptedException ignored) {
            // The library never interrupts this thread.
        }
    }

    /** The second JVM gets its options in its environment, so it has no arguments, unlike almost any other child process. */
    private static boolean isSecondJvm(ProcessHandle child) {
        Optional<String> command = child.info().command();
        Optional<String[]> arguments = child.info().arguments();
        return command.isPresent()
                && Path.of(command.get()).startsWith(Path.of(System.getProperty("java.home")))
                && (arguments.isEmpty() || arguments.get().length == 0);
    }

    /** Returns a stack frame which shows that the exit is past all hooks; null if there is none. */
    private static @Nullable StackTraceElement jvmAtWork() {
        for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
            for (StackTraceElement frame : stack) {
                String type = frame.getClassName();
                boolean inHalt = type.equals("java.lang.Shutdown")
                        && frame.getMethodName().equals("halt0");
                if (inHalt || type.startsWith("jdk.internal.misc.CDS")) {
                    return frame;
                }
            }
        }
        return null;
    }

    private static String option() {
        try {
            return Management.trainingOption();
        } catch (RuntimeException | LinkageError unavailable) {
            return "";
        }
    }

    /** A separate class, because the module may be missing. */
    private static final class Management {

        static String trainingOption() {
            for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
                if (argument.startsWith(CACHE_OPTION)
                        || argument.startsWith("-XX:AOTMode=record")
                        || argument.startsWith("-XX:ArchiveClassesAtExit=")) {
                    return argument;
                }
            }
            return "";
        }
    }
}
