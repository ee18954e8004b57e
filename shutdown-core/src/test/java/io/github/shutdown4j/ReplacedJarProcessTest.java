package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;
import io.github.shutdown4j.testing.ClassLoadLog;
import io.github.shutdown4j.testing.ReplaceableJars;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A deployment replaces the jar of the library while the process runs: every kind of shutdown works with the classes
 * loaded by then. The test truncates the jar, which is also the first effect of a copy onto it.
 */
class ReplacedJarProcessTest {

    @TempDir
    static Path directory;

    static ReplaceableJars library;

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    private final List<Way> ways = new ArrayList<>();

    @BeforeAll
    static void packLibrary() throws Exception {
        library = ReplaceableJars.pack(directory, ShutdownCoordinator.class);
    }

    /** One process with its own copy of the jar. */
    private record Way(String name, ReplaceableJars.Copy jar, ClassLoadLog classes, ChildJvm child) {

        void replaceJar() throws IOException {
            child.awaitLine("ready");
            ClassLoadLog.mark(child);
            jar.truncate();
        }

        void ended(int code, String... said) throws IOException {
            ChildExit exit = child.awaitExit();
            assertThat(exit.code()).as("%s: %s", name, exit.lines()).isEqualTo(code);
            for (String part : said) {
                assertThat(child.out()).as("%s: %s", name, exit.lines()).anyMatch(line -> line.startsWith(part));
            }
            assertThat(classes.linesBeforeMark()).as(name).anyMatch(line -> line.contains("ShutdownSequence "));
            assertThat(jar.lateClasses(classes)).as(name).isEmpty();
        }
    }

    private Way way(String name, String... args) throws Exception {
        Path own = Files.createTempDirectory(directory, "way");
        ReplaceableJars.Copy jar = library.copyTo(own);
        ClassLoadLog classes = new ClassLoadLog(own.resolve("classes"));
        ChildJvmLauncher launcher = jvms.main(ReplacedJarProgram.class)
                .quick()
                .logs()
                .property(ReportFile.PROPERTY, own.resolve("report.html").toString())
                .jvm(classes.jvmOption())
                .classPath(jar.classPath())
                .args(args);
        Way way = new Way(name, jar, classes, launcher.start());
        ways.add(way);
        return way;
    }

    @Test
    void everyKindOfShutdownWorksWithoutTheJar() throws Exception {
        String state = directory.resolve("state.json").toString();
        Way term = way(
                "SIGTERM, all fails",
                "failing",
                "request",
                "3000",
                "pool",
                "reports",
                "state",
                state,
                "timeout",
                "20000");
        Way clean = way("SIGTERM after a reload", "pool", "reports", "reconfigured");
        Way managed = way("call over JMX", "mx bean", "request", "500");
        Way call =
                way("call", "probe", "state", directory.resolve("called.json").toString());
        String patient = "120000"; // a tenth of it for each save, of which the first runs in a cold JVM
        String bigState = directory.resolve("big.json").toString();
        Way big = way("call, large state", "big state", bigState, "timeout", patient);
        Way failure = way("service failure", "reports");
        Way startUp = way("start-up fails", "start-up fails", "reports");
        Way uncaught = way("uncaught exception", "uncaught");
        Way exit = way(
                "System.exit elsewhere",
                "reports",
                "state",
                directory.resolve("exit.json").toString());
        Way mainEnds = way("end of main", "no services", "reports");
        Way embedded = way("embedded", "embedded", "no services", "reports");
        for (Way way : ways) {
            way.replaceJar();
        }

        // Sequentially: concurrently each would be slow, and slow listeners are not waited for.
        term.child.signal("TERM"); // it waits nearly all the time
        clean.child.signal("HUP").awaitLine("reloaded");
        clean.child.signal("TERM");
        clean.ended(0, "reloaded", "stopped", "released", "reports 0");
        assertThat(clean.classes.lines()) // a JVM takes longer for a lambda than for a class
                .noneMatch(line -> line.matches(".* io\\.github\\.shutdown4j\\."
                        + "(ShutdownSequence|ParallelSteps|services\\.ServiceStop)\\$\\$Lambda.*"));
        managed.child.type("manage");
        managed.ended(
                0, "attribute Unfinished ", "attribute Plan ", "reloaded within ", "asked true", "stopped", "released");
        call.child.type("call");
        call.ended(0, "stopped", "released", "probed {");
        big.child.type("call");
        big.ended(0, "stopped", "released");
        failure.child.type("fail");
        failure.ended(1, "stopped", "released", "reports 1");
        startUp.child.type("fail start-up");
        startUp.ended(1, "stopped", "released", "reports 1");
        assertThat(startUp.child.err())
                .anyMatch(line -> line.contains("the start-up failed: java.io.IOException: no database"));
        uncaught.child.type("throw");
        uncaught.ended(1, "stopped", "released");
        exit.child.type("exit");
        exit.ended(7, "stopped", "released", "reports");
        mainEnds.child.type("end main");
        mainEnds.ended(0, "released", "reports");
        embedded.child.type("call");
        embedded.ended(0, "released", "reports 0", "returned 0");
        term.ended(1, "stopped", "released", "reports 1");
        for (String saved : List.of("state.json", "called.json", "big.json", "exit.json")) {
            assertThat(directory.resolve(saved)).isNotEmptyFile();
        }
    }

    @Test
    void forcedExitsAreLoggedWithoutTheJar() throws Exception {
        Attempts.upToThree(() -> {
            Way forced = way("forced by timeout", "hung hook", "timeout", "8000");
            Way secondInt = way("second SIGINT", "request", "60000", "details");
            forced.replaceJar();
            secondInt.replaceJar();

            forced.child.signal("TERM"); // it waits nearly all the time
            secondInt.child.awaitLine("holding");
            secondInt.child.signal("INT").awaitLine("received");
            secondInt.child.sh("sleep 1.2; kill -INT $pid");
            forced.ended(124, "stopped", "released");
            secondInt.ended(130);
            assertLogsTheHalt(forced, 124);
            assertLogsTheHalt(secondInt, 130);
        });
    }

    /** Half a second before it. */
    private static void assertLogsTheHalt(Way way, int code) throws Exception {
        Attempts.inTime(
                () -> assertThat(way.child.err()).anyMatch(line -> line.contains("halting with exit code " + code)));
    }
}
