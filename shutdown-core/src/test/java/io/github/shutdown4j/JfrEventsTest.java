package io.github.shutdown4j;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.Moments;
import io.github.shutdown4j.testing.Probe;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** The JFR events of a shutdown are read from a recording. */
class JfrEventsTest {

    private static final String PREFIX = "io.github.shutdown4j.";

    record State(int count) {}

    @TempDir
    private Path directory;

    private static List<RecordedEvent> events(Path file, String name) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(PREFIX + name))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    @Test
    void recordingHoldsPhasesStepsDrainAndSaves() throws Exception {
        CheckpointStore<State> store = CheckpointStore.json(directory.resolve("state.json"), State.class);
        Path file = directory.resolve("r.jfr");
        ConnectionTracker requests = ConnectionTracker.create("requests");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .services(ServiceGroup.builder()
                        .add("http", Service.of(() -> {}, () -> {}))
                        .build())
                .tracker(requests)
                .checkpoint(Checkpoint.of(store, () -> new State(7)))
                .build();
        coordinator.resources().register(Resource.of("good", () -> Moments.after(ofMillis(20))));
        coordinator.resources().register(Resource.of("bad", () -> {
            throw new IOException("cannot close");
        }));
        try (Recording recording = new Recording()) {
            recording.start();
            coordinator.start();
            assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
            CountDownLatch draining = new CountDownLatch(1);
            ConnectionGuard guard = requests.acquire().onDrain(draining::countDown);
            coordinator.shutdown("the test");
            Probe.await(draining);
            Moments.after(ofMillis(50));
            guard.close();
            coordinator.await();
            recording.dump(file);
        }
        assertThat(events(file, "Shutdown")).singleElement().satisfies(event -> {
            assertThat(event.getString("reason")).isEqualTo("requested by the test");
            assertThat(event.getString("outcome")).isEqualTo("FAILED");
            assertThat(event.getLong("exitCode")).isEqualTo(1);
            assertThat(event.getDuration()).isBetween(ofMillis(50), ofSeconds(25));
            assertThat(event.getEventType().getCategoryNames()).containsExactly("shutdown4j");
        });
        assertThat(events(file, "Phase"))
                .extracting(event -> event.getString("phase"))
                .containsExactly("announce", "stop", "drain", "save", "release", "final save");
        assertThat(events(file, "Phase").get(2).getDuration()).isBetween(ofMillis(49), ofSeconds(25));
        assertThat(events(file, "Phase").get(2).getDuration("budget")).isBetween(ofSeconds(1), ofSeconds(20));
        assertThat(events(file, "Step"))
                .extracting(e -> e.getString("phase"), e -> e.getString("step"), e -> e.getString("outcome"))
                .containsExactlyInAnyOrder(
                        tuple("stop", "http", "DONE"),
                        tuple("drain", "requests", "DONE"),
                        tuple("save", "state.json", "DONE"),
                        tuple("release", "good", "DONE"),
                        tuple("release", "bad", "FAILED"),
                        tuple("final save", "state.json", "DONE"));
        assertThat(events(file, "Step"))
                .filteredOn(event -> event.getString("step").equals("good"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getDuration()).isBetween(ofMillis(20), ofSeconds(25));
                    assertThat(event.getThread().getJavaName()).startsWith("shutdown4j-release");
                });
        assertThat(events(file, "Drain")).singleElement().satisfies(event -> {
            assertThat(event.getString("tracker")).isEqualTo("requests");
            assertThat(event.getLong("inFlight")).isEqualTo(1);
            assertThat(event.getLong("abandoned")).isZero();
            assertThat(event.getDuration()).isBetween(ofMillis(49), ofSeconds(25));
        });
        assertThat(events(file, "CheckpointSave"))
                .extracting(e -> e.getString("checkpoint"), e -> e.getBoolean("last"), e -> e.getLong("size") > 0)
                .containsExactly(tuple("state.json", false, true), tuple("state.json", true, true));
    }

    @Test
    void recordingOfAProcessHoldsTheSignalAndTheAbandoned() throws Exception {
        Path file = directory.resolve("child.jfr");
        try (ChildJvm child = ChildJvm.of(CoordinatorProgram.class)
                .jvm("-XX:StartFlightRecording:filename=" + file)
                // The drain leaves time enough for the release to begin, also on a loaded machine.
                .args("hung-resource", "in-flight", "60000", "timeout", "9000", "drain-timeout", "1000")
                .logs()
                .start()) {
            child.awaitLine("ready");
            child.awaitLine("holding");
            child.signal("TERM");
            child.assertExit(1).within(ofMillis(400), ofSeconds(50));
        }
        assertThat(events(file, "Signal")).singleElement().satisfies(event -> {
            assertThat(event.getString("signal")).isEqualTo("SIGTERM");
            assertThat(event.getString("effect")).isEqualTo("begins the shutdown");
        });
        assertThat(events(file, "Phase")).hasSize(6);
        assertThat(events(file, "Step"))
                .filteredOn(event -> event.getString("step").equals("hung"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("outcome")).isEqualTo("TIMED_OUT");
                    assertThat(event.getLong("unfinished")).isEqualTo(1);
                });
        assertThat(events(file, "Drain")).singleElement().satisfies(event -> assertThat(event.getLong("abandoned"))
                .isEqualTo(1));
    }

    @Test
    void hangupForAReloadIsASignalToo() throws Exception {
        Path file = directory.resolve("hangup.jfr");
        try (ChildJvm child = ChildJvm.of(CoordinatorProgram.class)
                .jvm("-XX:StartFlightRecording:filename=" + file)
                .args("reload")
                .logs()
                .start()) {
            child.awaitLine("ready");
            child.signal("HUP").awaitLine("reloaded");
            child.signal("TERM").awaitExit();
        }
        assertThat(events(file, "Signal"))
                .extracting(event -> event.getString("signal"), event -> event.getString("effect"))
                .containsExactly(tuple("SIGHUP", "requests a reload"), tuple("SIGTERM", "begins the shutdown"));
    }

    /** The first event makes the recorder load the metadata of all events: a fifth of a second, megabytes. */
    @Test
    void processThatIsNotRecordedLeavesTheRecorderAsleep() throws Exception {
        Path log = directory.resolve("classes");
        try (ChildJvm child = ChildJvm.of(CoordinatorProgram.class)
                .jvm("-Xlog:class+load=info,class+init=info:file=" + log + "::filecount=0")
                .args(
                        "reload",
                        "in-flight",
                        "300",
                        "state",
                        directory.resolve("state.json").toString())
                .logs()
                .start()) {
            child.awaitLine("ready");
            child.awaitLine("holding");
            child.signal("HUP").awaitLine("reloaded");
            child.type("mark").awaitLine("marked"); // all is warm
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(250), ofSeconds(50));
        }
        List<String> lines = Files.readAllLines(log);
        assertThat(lines) // the search works, and the events are loaded before they are needed
                .anyMatch(line -> line.contains("Initializing 'io/github/shutdown4j/internal/JfrEvents'"))
                .anyMatch(line -> line.contains("io.github.shutdown4j.internal.JfrEvents$StepEvent source:"));
        assertThat(lines)
                .filteredOn(line -> line.contains("jdk.jfr.internal.")
                        || line.contains("Initializing 'io/github/shutdown4j/internal/JfrEvents$"))
                .isEmpty();
    }

    @Test
    void modularApplicationIsRecordedToo() throws Exception {
        Path sources = Files.createDirectories(directory.resolve("src/app"));
        Path classes = directory.resolve("classes");
        Path module = directory.resolve("src/module-info.java");
        Files.writeString(module, "module app { requires io.github.shutdown4j; }");
        Path main = Files.writeString(sources.resolve("Main.java"), """
                package app;
                import io.github.shutdown4j.ShutdownCoordinator;
                public class Main {
                    public static void main(String[] args) throws Exception {
                        var coordinator = ShutdownCoordinator.builder().embedded().build();
                        coordinator.start();
                        coordinator.shutdown("a modular application");
                        System.out.println(coordinator.await().timeline().toText());
                    }
                }
                """);
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.matches(".*(shutdown-core.target.classes|slf4j-api.*|jackson-[acd].*)"))
                .collect(Collectors.joining(File.pathSeparator));
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-p", path, "-d", classes.toString(), module.toString(), main.toString());
        assertThat(compiled).isZero();
        Path file = directory.resolve("modular.jfr");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:StartFlightRecording:filename=" + file,
                        "-p",
                        path + File.pathSeparator + classes,
                        "-m",
                        "app/app.Main")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("Shutdown timeline: requested by a modular application");
        assertThat(events(file, "Phase")).hasSize(6);
    }

    @Test
    void runtimeWithoutFlightRecorderLacksNothingElse() {
        try (ChildJvm child = ChildJvm.of(CoordinatorProgram.class)
                .jvm("--limit-modules", "java.base,java.sql,java.desktop,java.management,jdk.unsupported")
                .logs()
                .start()) {
            child.awaitLine("ready");
            child.signal("TERM");
            child.assertExit(0).within(Duration.ZERO, ofSeconds(50));
            assertThat(child.err()).noneMatch(line -> line.contains("jfr"));
        }
    }
}
