package io.github.shutdown4j;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Training runs, whose classes the JVM writes to a cache during the exit. The class path has jars only, as a cache
 * requires.
 */
class TrainingRunProcessTest extends CoordinatorProcess {

    @TempDir
    static Path directory;

    private static String classPath;

    @BeforeAll
    static void packClasses() {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(entry))) {
                String packed = directory.resolve(entries.size() + ".jar").toString();
                assertThat(jar.run(System.out, System.err, "cf", packed, "-C", entry, "."))
                        .isZero();
                entries.add(packed);
            } else {
                entries.add(entry);
            }
        }
        classPath = String.join(File.pathSeparator, entries);
    }

    private ChildJvmLauncher training(String... args) {
        return jvms.main(CoordinatorProgram.class)
                .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m") // not quick(), which chooses an archive
                .args(args)
                .logs()
                .classPath(classPath);
    }

    /** The second JVM waits for the end of a file that never comes, as if the machine were too slow for it. */
    private ChildJvmLauncher endlessTraining(Path cache, String... args) {
        assumeTrue(Runtime.version().feature() >= 25, "needs JDK 25: an AOT cache that is written at the exit");
        return training(args)
                .jvm("-XX:AOTCacheOutput=" + cache)
                .env(
                        "JDK_AOT_VM_OPTIONS",
                        "-XX:+UnlockDiagnosticVMOptions -XX:+PauseAtStartup -XX:PauseAtStartupFile=" + cache
                                + ".paused");
    }

    @Test
    void cacheThatIsNotWrittenInTimeIsAbandonedAndTheExitCodeIsKept() throws Exception {
        Attempts.upToThree(this::abandonsACacheThatIsNotWrittenInTime);
    }

    private void abandonsACacheThatIsNotWrittenInTime() throws Exception {
        Path cache = Files.createTempDirectory(directory, "slow").resolve("cache.aot");
        try (ChildJvm child =
                ready(endlessTraining(cache, "timeout", "5000", "force-delay", "1000", "progress", "500"))) {
            child.signal("TERM");
            // Else the shutdown itself is halted.
            Attempts.inTime(() -> child.assertExit(0).within(ofMillis(5_900), ofSeconds(60)));
            Attempts.inTime(() -> assertThat(log(child)) // it has half a second for the line about the halt
                    .contains("finished, but the exit is delayed: the JVM is writing the classes of a training run"
                            + " (-XX:AOTCacheOutput=" + cache + ")")
                    .contains(
                            "cannot halt, because of a timeout (timeout_secs and force_delay_secs have elapsed): the JVM is"
                                    + " writing the classes")
                    .contains("its second JVM is killed, so the cache is lost, exit code unchanged")
                    .doesNotContain("halting with exit code", "unfinished:"));
        }
    }

    @Test
    void haltIsNotDelayedByACache() throws Exception {
        Attempts.upToThree(() -> {
            Path cache = Files.createTempDirectory(directory, "halted").resolve("cache.aot");
            try (ChildJvm child = ready(
                    endlessTraining(cache, "hung-hook", "timeout", "5000", "force-delay", "500", "progress", "500"))) {
                child.signal("TERM");
                child.assertExit(124).within(ofMillis(5_400), ofSeconds(60));
                assertLogsBeforeTheHalt(child, "halting with exit code 124", "\"foreign\"");
            }
        });
    }

    @Test
    void archiveIsWrittenByAnOrderlyEnd() {
        Path archive = directory.resolve("classes.jsa");
        try (ChildJvm child = ready(training("progress", "60000").jvm("-XX:ArchiveClassesAtExit=" + archive))) {
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), ofSeconds(90));
            assertThat(archive).isNotEmptyFile();
            assertThat(log(child)).doesNotContain("halt", "delayed");
        }
    }
}
