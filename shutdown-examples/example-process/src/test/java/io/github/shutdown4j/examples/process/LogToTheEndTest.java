package io.github.shutdown4j.examples.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The tests of an example that logs until its exit, with any logging library. The last lines have half a second: if a loaded
 * machine holds their thread for longer, they are missing, and another attempt is made.
 */
@Timeout(300)
public abstract class LogToTheEndTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    /** The directory of the latest process. */
    private Path own;

    /** The logging configuration of the example. */
    protected abstract String configuration();

    /** The system property that selects another configuration file. */
    protected abstract String configurationProperty();

    /** The same with the logging library's own JVM hook. */
    protected abstract String withItsOwnHook(String configuration);

    private ChildJvm start(String releaseMillis, String... options) throws IOException {
        own = Files.createTempDirectory(directory, "process");
        ChildJvm app = Example.in(own, jvms)
                .env("RELEASE_MS", releaseMillis)
                .jvm(options)
                .start();
        app.awaitLine("all are ready", ofSeconds(60));
        await().atMost(ofSeconds(60)).until(() -> log().contains("entry 100"));
        return app;
    }

    private String log() throws IOException {
        return Files.readString(own.resolve("app.log"));
    }

    private void assertNothingIsLost() throws Exception {
        String log = log();
        List<Long> entries = log.lines()
                .filter(line -> line.contains(" entry "))
                .map(line -> Long.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        assertThat(entries)
                .isEqualTo(LongStream.rangeClosed(1, entries.size()).boxed().toList());
        Attempts.inTime(() -> {
            assertThat(log).contains(entries.size() + " entries; Shutdown report:");
            // Both come last, in either order.
            assertThat(log.lines()).anyMatch(line -> line.startsWith("  final save"));
            assertThat(log).contains("Shutdown: ended after");
        });
    }

    @Test
    void noLineIsLostAtTerm() throws Exception {
        Attempts.upToThree(() -> {
            ChildJvm app = start("0");
            app.signal("TERM");
            assertThat(app.awaitExit()).hasExitCode(0).tookBetween(ZERO, ofSeconds(20));
            assertNothingIsLost();
        });
    }

    @Test
    void noLineIsLostAtSystemExit() throws Exception {
        Attempts.upToThree(() -> {
            ChildJvm app = start("500");
            app.type("exit");
            assertThat(app.awaitExit()).hasExitCode(3).tookBetween(ofMillis(500), ofSeconds(20));
            assertNothingIsLost();
        });
    }

    @Test
    void hookOfTheLibraryLosesTheReportAtSystemExit() throws Exception {
        Path withHook = directory.resolve("with-hook.xml");
        String ours = Files.readString(Path.of("src", "main", "resources", configuration()));
        Files.writeString(withHook, withItsOwnHook(ours));
        ChildJvm app = start("2000", "-D" + configurationProperty() + "=" + withHook.toUri());
        app.type("exit");
        assertThat(app.awaitExit()).hasExitCode(3);
        assertThat(log()).doesNotContain("Shutdown report");
    }

    @Test
    void underSystemdEachEventIsOneLineThatBeginsWithItsLevel() throws Exception {
        Attempts.upToThree(this::eachEventIsOneLine);
    }

    private void eachEventIsOneLine() throws Exception {
        ChildJvm app = Example.in(directory, jvms)
                .env("RELEASE_MS", "60000")
                .env("JOURNAL_STREAM", "8:12345")
                .env("APP_SHUTDOWN_TIMEOUT_SECS", "3")
                .start();
        app.awaitLine("all are ready", ofSeconds(60));
        app.signal("TERM");
        assertThat(app.awaitExit()).hasExitCode(1);
        List<String> events = app.out();
        assertThat(events)
                .filteredOn(line -> line.contains("Shutdown: received"))
                .singleElement()
                .asString()
                .startsWith("<6>");
        // The last has the stack trace of the release, which at the one before may not have begun.
        Attempts.inTime(() -> assertThat(events)
                .filteredOn(line -> line.startsWith("<4>") && line.contains("phase release"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains(" | "))
                .last()
                .asString()
                .contains("phase release abandoned", "Thread.sleep"));
        assertThat(events).noneMatch(line -> line.strip().startsWith("at "));
    }

    @Test
    void reportOfAForcedExitIsOnTheConsole() throws Exception {
        Attempts.upToThree(this::forcedExitIsReported);
    }

    private void forcedExitIsReported() throws Exception {
        ChildJvm app = start("60000");
        app.signal("INT");
        app.awaitLine("Shutdown: received SIGINT", ofSeconds(60));
        await().pollDelay(ofMillis(1_100)).until(() -> true); // an INT within a second counts as the same
        app.signal("INT");
        ChildExit exit = app.awaitExit();
        assertThat(exit).hasExitCode(130).tookBetween(ZERO, ofSeconds(20));
        Attempts.inTime(() -> assertThat(exit).printed("halting with exit code 130"));
    }
}
