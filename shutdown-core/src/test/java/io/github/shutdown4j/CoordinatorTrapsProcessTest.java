package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ClassLoadLog;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Special cases of the JVM, each in a separate process. */
@Execution(ExecutionMode.CONCURRENT)
class CoordinatorTrapsProcessTest extends CoordinatorProcess {

    @TempDir
    Path directory;

    private ChildJvm withClassLog(String... args) {
        return ready(classLogger(args));
    }

    private ChildJvmLauncher classLogger(String... args) {
        // Without a report file, which would be written as JSON.
        return ChildJvm.of(CoordinatorProgram.class)
                .jvm(classes().jvmOption())
                .args(args)
                .logs();
    }

    private ClassLoadLog classes() {
        return new ClassLoadLog(directory.resolve("classes"));
    }

    /** The classes in these packages, tests aside, that were loaded after the mark. */
    private List<String> loadedLate(String... packages) throws IOException {
        Predicate<String> isOurs = line -> line.contains("source: file:")
                && !line.contains("CoordinatorProgram")
                && !line.contains(".testing.")
                && Arrays.stream(packages).anyMatch(name -> line.contains(" " + name + "."));
        assertThat(classes().linesBeforeMark()).anyMatch(isOurs);
        return classes().linesAfterMark().stream().filter(isOurs).toList();
    }

    @Test
    void withoutStoreAndJsonNoClassOfJacksonIsLoaded() throws Exception {
        try (ChildJvm child = withClassLog("in-flight", "200")) {
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(classes().lines()).anyMatch(line -> line.contains("io.github.shutdown4j.ShutdownSequence"));
            assertThat(classes().lines()).noneMatch(line -> line.contains("com.fasterxml.jackson"));
        }
        try (ChildJvm child = withClassLog()) {
            child.type("json");
            child.awaitLine("\"exitCode\"");
            assertThat(classes().lines()).anyMatch(line -> line.contains("com.fasterxml.jackson"));
            child.signal("KILL");
            child.assertExit(137).within(ofMillis(0), IN_TIME);
        }
    }

    @Test
    void nothingOfTheLibraryIsLoadedFirstAtTheEnd() throws Exception {
        String state = directory.resolve("state.json").toString();
        Path page = directory.resolve("reports/%p.html");
        try (ChildJvm child = ready(classLogger(
                        "in-flight",
                        "400",
                        "from-the-start",
                        "failing-resource",
                        "hung-resource",
                        "failing-stop",
                        "hung-service",
                        "state",
                        state,
                        "timeout",
                        "4000")
                .property(ReportFile.PROPERTY, page.toString()))) {
            child.awaitLine("holding");
            ClassLoadLog.mark(child);
            child.signal("TERM");
            child.assertExit(1).within(ofMillis(0), IN_TIME);
            assertThat(loadedLate("io.github.shutdown4j")).isEmpty();
            assertThat(page.resolveSibling(child.pid() + ".html"))
                    .content()
                    .contains("<svg", "hung", "What did not go well");
        }
    }

    @Test
    void firstSaveOfAllLoadsNothingOfTheLibraryAndOfJacksonAtTheEnd() throws Exception {
        Path state = directory.resolve("state.json");
        try (ChildJvm child = withClassLog("unsaved-state", state.toString())) {
            ClassLoadLog.mark(child);
            assertThat(state).doesNotExist();
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(state).content().contains("\"done\" : 7");
            assertThat(loadedLate("io.github.shutdown4j", "com.fasterxml.jackson"))
                    .isEmpty();
        }
    }

    @Test
    void idleCoordinatorHasOneThreadAndThatIsParked() {
        try (ChildJvm child = start("return-from-main")) {
            child.type("threads");
            child.awaitLine("no more threads");
            assertThat(child.out().stream().filter(line -> line.startsWith("thread ")))
                    .containsExactly("thread shutdown4j-halt-timer WAITING");
            child.type("end-main");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
        }
    }

    @Test
    void idleServicesAreParkedToo() {
        try (ChildJvm child = start()) {
            child.type("threads");
            child.awaitLine("no more threads");
            assertThat(child.out().stream().filter(line -> line.startsWith("thread ")))
                    .contains("thread shutdown4j-halt-timer WAITING", "thread shutdown4j-service-plain WAITING")
                    .allMatch(line -> line.endsWith(" WAITING"));
        }
    }

    @Test
    @DisplayName("a hook of another library that delays the exit is logged repeatedly, and nothing is halted")
    void delayedExitIsLogged() {
        // A halt would come 700 ms after the signal; the tenth line comes 3 s after the exit has begun.
        try (ChildJvm child =
                start("hung-hook", "no-force", "progress", "300", "timeout", "500", "force-delay", "200")) {
            child.signal("TERM");
            child.awaitLines("the exit is delayed", 10, ofSeconds(60));
            child.awaitLine("\"foreign\"");
            assertThat(child.isAlive()).isTrue();
            assertThat(log(child)).doesNotContain("halting");
        }
    }

    @Test
    void uncaughtErrorInMain() {
        try (ChildJvm child = start("return-from-main", "error-in-main")) {
            child.type("end-main");
            child.assertExit(1).within(ofMillis(0), IN_TIME); // the launcher's code, decided before the hook
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out())
                    .contains("reason the JVM is exiting: the last non-daemon thread has ended", "finished 0");
        }
        try (ChildJvm child = start("return-from-main", "error-in-main", "watch-uncaught")) {
            child.type("end-main");
            child.assertExit(1).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(log(child)).contains("nobody catches this");
        }
    }

    @Test
    @DisplayName("scenario 52: the reader of the output has closed the pipe")
    void brokenPipe() {
        try (ChildJvm child = program()
                .under("bash", "-c", "exec \"$@\" > >(grep -m 1 ready) 2>&1", "bash")
                .start()) {
            child.awaitLine("ready");
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
        }
    }

    @Test
    void withoutSignalsTheHookIsTheNet() {
        try (ChildJvm child = program().jvm("-Xrs").start()) {
            child.awaitLine("ready");
            assertThat(log(child)).contains("SIGTERM");
            child.type("exit7");
            child.assertExit(7).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
        }
    }

    @Test
    void withoutSignalsTheEndOfMainRunsTheSequence() {
        try (ChildJvm child = ready(program("return-from-main").jvm("-Xrs"))) {
            child.type("end-main");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
        }
    }

    @Test
    @DisplayName("scenario 52: the logging backend is closed by its own hook while the sequence runs")
    void loggingBackendIsClosedByItsHook() {
        try (ChildJvm child = start("logging-hook", "in-flight", "700")) {
            child.awaitLine("holding");
            child.type("exit7");
            child.awaitLine("logging closed");
            child.assertExit(7).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out()).contains("answered", "released late", "finished 0");
        }
        try (ChildJvm child = start("logging-hook")) {
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(child.out()).contains("finished 0", "logging closed");
        }
    }

    @Test
    @DisplayName(
            "scenario 16: after Runtime.halt the state of the last periodic save is there, and the run was cut off")
    void stateSurvivesTheHalt() throws Exception {
        Path file = directory.resolve("state.json");
        try (ChildJvm child = start("state", file.toString())) {
            await().until(() -> Files.exists(file) && Files.readString(file).contains("\"generation\" : 3"));
            child.type("halt9");
            child.assertExit(9).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEmpty();
        }
        try (CheckpointStore<Long> store = CheckpointStore.json(file, Long.class)) {
            assertThat(store.load().state().orElseThrow()).isGreaterThanOrEqualTo(3);
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.ABRUPT);
        }
    }

    @Test
    @DisplayName(
            "scenario 15: signal handlers are restored at the end, and the next signal has the JVM's default effect")
    void signalHandlersAreRestoredAtTheEnd() {
        try (ChildJvm child = start("return-when-done", "marking-hook")) {
            child.signal("TERM");
            child.awaitLine("returned");
            child.signal("TERM");
            child.assertExit(143).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
            assertThat(child.out()).contains("finished 0", "hooks ran");
        }
    }

    @Test
    @DisplayName("scenario 12: quiet, then SIGTERM: work in flight finishes, and the shutdown is clean")
    void quietThenTerm() {
        try (ChildJvm child = start("in-flight", "1500", "from-the-start")) {
            child.awaitLine("holding");
            child.type("quiet");
            child.awaitLine("quiet: true");
            child.type("quiet");
            child.awaitLine("quiet: false");
            child.awaitLine("answered");
            assertThat(child.isAlive()).isTrue();
            assertThat(phases(child)).isEmpty();
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), IN_TIME);
            assertThat(phases(child)).isEqualTo(PHASES);
        }
    }
}
