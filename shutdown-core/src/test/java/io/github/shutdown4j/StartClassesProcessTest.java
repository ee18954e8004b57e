package io.github.shutdown4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ClassLoadLog;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** What a start leaves out: classes of the JDK that cost a fresh JVM one to three milliseconds, and a plan that nobody needs. */
class StartClassesProcessTest {

    @TempDir
    Path directory;

    /** The child: has everything that most processes have. */
    static final class Main {

        public static void main(String[] arguments) throws InterruptedException {
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .config(ShutdownConfig.fromEnvironment())
                    .service("service", Service.of(() -> {}, () -> {}))
                    .tracker(ConnectionTracker.create("requests"))
                    .resource("resource", () -> {})
                    .listener(new ShutdownListener() {})
                    .build();
            coordinator.start();
            System.out.println("ready: " + coordinator.awaitReady(Duration.ofSeconds(60)));
            coordinator.await();
        }
    }

    @Test
    void startUsesNoAtomicsOfMethodHandlesNoCollectionsOfEnumsNoFutures() throws Exception {
        ClassLoadLog classes = new ClassLoadLog(directory.resolve("classes"));
        try (ChildJvm child = ChildJvm.of(Main.class).jvm(classes.jvmOption()).start()) {
            child.awaitLine("ready: true");
            List<String> untilReady = classes.lines();
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), ofSeconds(40));

            assertThat(loaded(untilReady)).contains("java.util.concurrent.locks.ReentrantLock");
            assertThat(loaded(untilReady))
                    .doesNotContain(
                            "java.util.concurrent.atomic.AtomicBoolean",
                            "java.util.concurrent.atomic.AtomicReference",
                            "java.util.concurrent.atomic.LongAdder",
                            "java.util.RegularEnumSet",
                            "java.util.EnumMap$EnumMapIterator",
                            "io.github.shutdown4j.resources.PlannedResource",
                            "java.util.concurrent.CompletableFuture",
                            "java.time.Clock$SystemClock");
        }
    }

    /** The child: opens a store, loads and saves, and nothing else. */
    static final class FirstOpen {

        record State(long count) {}

        public static void main(String[] arguments) throws Exception {
            try (CheckpointStore<State> store = CheckpointStore.json(Path.of(arguments[0]), State.class)) {
                var unused = store.load();
                store.save(new State(1));
            }
            System.out.println("saved");
        }
    }

    @Test
    void firstOpenOfAStoreUsesNoClassesOfTheJdkThatItDoesNotNeed() throws Exception {
        ClassLoadLog classes = new ClassLoadLog(directory.resolve("classes"));
        try (ChildJvm child = ChildJvm.of(FirstOpen.class)
                .jvm(classes.jvmOption())
                .args(directory.resolve("state.json").toString())
                .start()) {
            child.awaitLine("saved");
            child.assertExit(0).within(ofMillis(0), ofSeconds(40));

            assertThat(loaded(classes.lines())).contains("io.github.shutdown4j.checkpoint.NioFileSystem$Channel");
            assertThat(loaded(classes.lines()))
                    .doesNotContain(
                            "java.time.Clock$SystemClock",
                            "java.util.RegularEnumSet",
                            "java.util.concurrent.ConcurrentLinkedQueue$Itr",
                            "java.lang.AssertionError",
                            "java.nio.BufferOverflowException",
                            "java.nio.file.FileSystemLoopException",
                            "com.fasterxml.jackson.core.StreamReadFeature",
                            "io.github.shutdown4j.internal.Jfr$Unrecorded");
        }
    }

    /** The child: a coordinator with a state that was never saved before. */
    static final class FirstSaveAtTheEnd {

        public static void main(String[] arguments) throws Exception {
            CheckpointStore<FirstOpen.State> store = CheckpointStore.json(Path.of(arguments[0]), FirstOpen.State.class);
            var unused = store.load(); // the store has prepared itself before
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .checkpoint(Checkpoint.of(store, () -> new FirstOpen.State(1)))
                    .build();
            coordinator.start();
            coordinator.awaitReady(Duration.ofSeconds(60));
            ClassLoadLog.mark();
            coordinator.await();
        }
    }

    @Test
    void firstSaveAtTheEndFindsItsCodeLoaded() throws Exception {
        ClassLoadLog classes = new ClassLoadLog(directory.resolve("classes"));
        Path state = directory.resolve("state.json");
        try (ChildJvm child = ChildJvm.of(FirstSaveAtTheEnd.class)
                .jvm(classes.jvmOption())
                .args(state.toString())
                .start()) {
            child.awaitLine("marked");
            child.signal("TERM");
            child.assertExit(0).within(ofMillis(0), ofSeconds(40));

            assertThat(state).content().contains("\"count\" : 1");
            assertThat(loaded(classes.linesBeforeMark())).contains("java.util.zip.CRC32C");
            assertThat(loaded(classes.linesAfterMark())).noneMatch(name -> name.contains(".checkpoint."));
        }
    }

    private static List<String> loaded(List<String> log) {
        return log.stream()
                .filter(line -> line.contains(" source: "))
                .map(line -> line.replaceFirst(".*] (\\S+) source: .*", "$1"))
                .toList();
    }
}
