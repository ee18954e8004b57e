package io.github.shutdown4j.checkpoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.testing.ReplaceableJars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Kills processes at random moments while they save, and checks what the next one loads. Two hundred kills by default;
 * more with {@code mvn -pl shutdown-core test -Dtest=CheckpointKillTest -Dtorture.kills=5000}.
 */
class CheckpointKillTest {

    private static final int KILLS = Integer.getInteger("torture.kills", 200);
    private static final long SEED = Long.getLong("torture.seed", System.nanoTime());

    @TempDir
    static Path packed;

    /** Where the children find their classes: in jars and an archive, which saves each a third of its processor time. */
    private static List<String> classes;

    @TempDir
    Path directory;

    @BeforeAll
    static void archiveClasses() throws Exception {
        String classPath = ReplaceableJars.pack(packed, CheckpointStore.class, CheckpointChild.class)
                .copyTo(Files.createDirectory(packed.resolve("jars")))
                .classPath();
        Path archive = packed.resolve("classes.jsa");
        classes = List.of("-XX:ArchiveClassesAtExit=" + archive, "-cp", classPath);
        try (Child child = new Child("finish", packed.resolve("state.json"), 100, new AtomicLong())) {
            assertThat(child.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        classes = List.of("-XX:SharedArchiveFile=" + archive, "-cp", classPath);
    }

    private Path file() {
        return directory.resolve("state.json");
    }

    /** One child and its output so far; closing it kills it and reads the rest of its output. */
    private static final class Child implements AutoCloseable {
        private final Process process;
        private final AtomicLong acknowledged;
        private final CompletableFuture<String> loaded = new CompletableFuture<>();
        private final CompletableFuture<Void> saved = new CompletableFuture<>();
        private final Thread listener;

        Child(String mode, Path file, int bytes, AtomicLong acknowledged) throws IOException {
            this.acknowledged = acknowledged;
            process = CheckpointChild.command(classes, mode, file, bytes).start();
            listener = new Thread(this::listen, "listener");
            listener.start();
        }

        private void listen() {
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.startsWith("LOADED ")) {
                        loaded.complete(line.substring("LOADED ".length()));
                    } else if (line.startsWith("ACK ")) {
                        acknowledged.set(Long.parseLong(line.substring("ACK ".length())));
                        saved.complete(null);
                    }
                }
            } catch (IOException e) {
                // It was killed in the middle of a line.
            }
            loaded.complete("nothing");
        }

        String loaded() throws Exception {
            return loaded.get(60, TimeUnit.SECONDS);
        }

        void awaitFirstSave() throws Exception {
            saved.get(60, TimeUnit.SECONDS);
        }

        void kill() throws Exception {
            // By the handle: Process.destroyForcibly closes the pipe and loses the last output.
            process.toHandle().destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            listener.join();
        }

        @Override
        public void close() throws Exception {
            kill();
        }
    }

    /** Two series in parallel, for the two processors that any machine has. */
    @Test
    void killsNeverLoseAnAcknowledgedSave() throws Exception { // scenario 54
        List<Callable<Long>> tortures = List.of(new Torture("left", SEED), new Torture("right", SEED + 1));
        long saves = 0;
        ExecutorService threads = Executors.newFixedThreadPool(tortures.size());
        try {
            for (Future<Long> torture : threads.invokeAll(tortures)) {
                saves += torture.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(saves).isGreaterThan(KILLS / 4);
        System.out.println("kills " + KILLS + ", acknowledged saves " + saves + ", none lost");
    }

    /** Half of the kills, sequentially, of processes that save into the same file. */
    private final class Torture implements Callable<Long> {
        private final Path file;
        private final long seed;
        private final AtomicLong acknowledged = new AtomicLong();
        private final AtomicReference<Throwable> torn = new AtomicReference<>();

        Torture(String name, long seed) throws IOException {
            this.file = Files.createDirectory(directory.resolve(name)).resolve("state.json");
            this.seed = seed;
        }

        /** The number of acknowledged saves that the next process did not load. */
        @Override
        public Long call() throws Exception {
            Thread reader = new Thread(this::readUntilInterrupted, "reader");
            reader.start();
            long saves;
            try {
                saves = killAgainAndAgain();
            } finally {
                reader.interrupt();
                reader.join();
            }
            assertThat(torn).hasValue(null);
            try (var store = CheckpointChild.open(file)) {
                assertThat(store.load().state().orElseThrow().value())
                        .isBetween(acknowledged.get(), acknowledged.get() + 1);
            }
            assertThat(names()).containsExactlyInAnyOrder("state.json", "state.json.prev", "state.json.lock");
            return saves;
        }

        private long killAgainAndAgain() throws Exception {
            Random random = new Random(seed);
            long saves = 0;
            long safe = 0;
            boolean opened = false;
            for (int kill = 0; kill < KILLS / 2; kill++) {
                String context = "kill " + kill + ", seed " + seed;
                assertThat(names().stream().filter(name -> name.contains(".tmp-")))
                        .as(context)
                        .hasSizeLessThanOrEqualTo(3);
                // While it starts, opens and loads, or saves for the first time, or again and again.
                int moment = random.nextInt(8);
                boolean early = moment == 0;
                Child child = new Child("loop", file, 60_000, acknowledged);
                try (child) {
                    if (!early) {
                        child.loaded();
                    }
                    if (moment > 2) {
                        child.awaitFirstSave();
                    }
                    pause(random.nextInt(early ? 400 : 60));
                }
                if (child.loaded().equals("nothing")) {
                    continue;
                }
                String[] found = child.loaded().split(" ");
                long value = Long.parseLong(found[0]);
                assertThat(value).as(context).isBetween(safe, safe + 1);
                assertThat(found[1]).as(context).isEqualTo(value == 0 ? "None" : "Found");
                assertThat(found[2]).as(context).isIn(opened ? List.of("ABRUPT") : List.of("ABRUPT", "FIRST_RUN"));
                opened = true;
                acknowledged.accumulateAndGet(value, Math::max);
                saves += acknowledged.get() - value;
                safe = acknowledged.get();
            }
            return saves;
        }

        /** A concurrent reader of the file must see whole generations only. */
        private void readUntilInterrupted() {
            FileTime seen = FileTime.fromMillis(0);
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    FileTime changed = Files.getLastModifiedTime(file);
                    if (changed.equals(seen)) {
                        Thread.sleep(1);
                        continue;
                    }
                    seen = changed;
                    byte[] bytes = Files.readAllBytes(file);
                    if (!CheckpointEnvelope.parse(CheckpointContent.of(bytes)).isIntact()) {
                        throw new IOException("torn");
                    }
                } catch (NoSuchFileException e) {
                    Thread.onSpinWait();
                } catch (InterruptedException e) {
                    return;
                } catch (IOException | RuntimeException e) {
                    torn.compareAndSet(null, e);
                }
            }
        }

        private List<String> names() throws IOException {
            try (Stream<Path> files = Files.list(file.getParent())) {
                return files.map(p -> p.getFileName().toString()).toList();
            }
        }
    }

    private static void pause(long millis) throws InterruptedException {
        // The one place where a random moment is intended.
        Thread.sleep(millis);
    }

    @Test
    void secondProcessIsRefusedWithThePidOfTheFirst() throws Exception {
        try (Child child = new Child("loop", file(), 100, new AtomicLong())) {
            assertThat(child.loaded()).isEqualTo("0 None FIRST_RUN");
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> CheckpointChild.open(file()))
                        .hasMessageContaining("process " + child.process.pid() + " since ")
                        .satisfies(e ->
                                assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.IN_USE));
            }
            // And in the opposite order it continues unharmed.
            long now = child.acknowledged.get();
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> child.acknowledged.get() > now + 3);
        }
        try (var store = CheckpointChild.open(file())) {
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.ABRUPT);
            assertThat(new Child("loop", file(), 100, new AtomicLong()).loaded())
                    .isEqualTo("nothing");
        }
    }

    /**
     * As with two class loaders, each with its own copy of the class: the operating system's lock must survive the
     * attempt.
     */
    @Test
    void secondStoreThatOverlooksTheFirstDoesNotCostItsLock() throws Exception {
        try (var store = CheckpointChild.open(file())) {
            assertThat(System.getProperties().keySet().removeIf(key -> key.toString()
                            .endsWith(file().getFileName() + ".lock")))
                    .isTrue();
            assertThatThrownBy(() -> CheckpointChild.open(file()))
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.IN_USE));
            assertThat(new Child("loop", file(), 100, new AtomicLong()).loaded())
                    .isEqualTo("nothing");
            store.save(CheckpointChild.Counter.of(1, 10));
        }
        try (Child child = new Child("loop", file(), 100, new AtomicLong())) {
            assertThat(child.loaded()).isEqualTo("1 Found CLEAN");
        }
    }

    @Test
    void nextRunKnowsHowTheLastOneEnded() throws Exception {
        List<String> runs = List.of("finish", "halt", "forced", "finish", "finish");
        List<String> found =
                List.of("0 None FIRST_RUN", "1 Found CLEAN", "2 Found ABRUPT", "3 Found FORCED", "4 Found CLEAN");
        for (int i = 0; i < runs.size(); i++) {
            try (Child child = new Child(runs.get(i), file(), 100, new AtomicLong())) {
                assertThat(child.loaded()).isEqualTo(found.get(i));
                assertThat(child.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }
}
