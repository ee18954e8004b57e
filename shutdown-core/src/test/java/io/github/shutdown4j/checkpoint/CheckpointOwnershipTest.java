package io.github.shutdown4j.checkpoint;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.event.Level;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/** A silently lost lock is detected before anything is replaced. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs the locks of POSIX")
class CheckpointOwnershipTest extends CheckpointFaultFixture {

    private Path lock() {
        return directory.resolve("state.json.lock");
    }

    private static void assertLost(CheckpointStore<State> store, String... words) {
        assertThatThrownBy(() -> store.save(new State(9)))
                .hasMessageContainingAll(words)
                .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.OWNERSHIP_LOST));
    }

    @Test
    void otherProcessThatTookTheCheckpointAfterTheLockFileWasReadHereIsNotOverwritten() throws Exception {
        Path file = directory.resolve("state.json");
        try (var logs = CapturedLogs.open();
                var store = CheckpointChild.open(file)) {
            store.save(CheckpointChild.Counter.of(1, 10));
            assertThat(Files.readString(lock())).contains("running");
            Process other = CheckpointChild.command("once", file, 10).start();
            assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .contains("SAVED 2");
            byte[] theirs = Files.readAllBytes(file);
            assertThatThrownBy(() -> store.save(CheckpointChild.Counter.of(5, 10)))
                    .hasMessageContaining("process " + other.pid() + " has taken the checkpoint")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.OWNERSHIP_LOST));
            assertThat(file).hasBinaryContent(theirs);
            assertThat(logs.texts(Level.ERROR)).singleElement().asString().contains("the lock was lost");
            store.close();
            assertThat(Files.readString(lock())).contains("\"pid\":" + other.pid());
        }
        assertThat(names(directory)).noneMatch(name -> name.contains("tmp"));
    }

    @Test
    void lockFileThatIsOnlyTouchedStaysLocked() throws Exception {
        Path file = directory.resolve("state.json");
        try (var store = CheckpointChild.open(file)) {
            for (int i = 1; i <= 10; i++) {
                // Another process, since the JDK opens and closes the file for that, which would release the lock.
                Process touch = new ProcessBuilder("touch", "-d", "@" + i, lock().toString()).start();
                assertThat(touch.waitFor()).isZero();
                store.save(CheckpointChild.Counter.of(i, 10));
            }
            Process other = CheckpointChild.command("once", file, 10).start();
            assertThat(other.getInputStream().readAllBytes()).isEmpty();
            assertThat(other.waitFor()).isNotZero();
            store.save(CheckpointChild.Counter.of(11, 10));
        }
    }

    @Test
    void deletedLockFileIsNoticed() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
            Files.delete(lock());
            assertLost(store, "was deleted");
            Files.writeString(lock(), "");
            assertLost(store, "was replaced");
        }
    }

    @Test
    void replacedDirectoryIsNoticed() throws Exception {
        Path own = Files.createDirectory(directory.resolve("own"));
        try (var store = CheckpointStore.json(own.resolve("state.json"), State.class)) {
            store.save(new State(1));
            Files.move(own, directory.resolve("away"));
            Files.createDirectory(own);
            assertThatThrownBy(() -> store.save(new State(2))).hasMessageContaining("its directory replaced");
            assertThat(names(own)).isEmpty();
            Files.delete(own);
            Files.move(directory.resolve("away"), own);
            store.save(new State(3));
            assertThat(store.load().state()).contains(new State(3));
        }
    }

    @Test
    void lockFileMarkedByAnotherProcessIsDetected() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
            RunMarker foreign = new RunMarker(4711, Instant.EPOCH, LastRun.Ending.ABRUPT, Instant.EPOCH);
            try (RandomAccessFile raw = new RandomAccessFile(lock().toFile(), "rw")) {
                raw.write(foreign.bytes());
            }
            assertLost(store, "process 4711 has taken the checkpoint at 1970");
        }
    }

    @Test
    void openWarnsOfAnOwnerThatStillRuns() throws Exception {
        ProcessHandle running = ProcessHandle.current().parent().orElseThrow();
        RunMarker theirs = new RunMarker(running.pid(), Instant.now(), LastRun.Ending.ABRUPT, Instant.now());
        Files.write(lock(), theirs.bytes());
        try (var logs = CapturedLogs.open();
                var store = open()) {
            assertThat(logs.texts(Level.WARN))
                    .anyMatch(line -> line.contains("process " + running.pid() + " has owned it"));
            store.save(new State(1));
        }
    }

    @Test
    void openingThatHangsIsDistinguishedFromAnotherStore() throws Exception {
        FakeTicker ticker = new FakeTicker();
        CountDownLatch answers = new CountDownLatch(1);
        CountDownLatch listing = new CountDownLatch(1);
        disk.fault = (operation, file) -> {
            if (operation.equals("list")) {
                listing.countDown();
                Probe.await(answers);
            }
        };
        FutureTask<Throwable> thrown =
                Background.onThread(() -> catchThrowable(() -> CheckpointStore.builder(file(), State.class)
                        .disk(disk)
                        .ticker(ticker)
                        .timeout(Duration.ofMillis(200))
                        .open()));
        Probe.await(listing);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(200));
        assertThat(thrown.get())
                .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.ABANDONED));
        try {
            assertThatThrownBy(() -> CheckpointStore.json(file(), State.class))
                    .hasMessageContaining("still being opened by this process")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.IN_USE));
        } finally {
            answers.countDown();
        }
    }

    @Test
    void openingThatAnErrorEndsLeavesNoLock() throws Exception {
        disk.fault = (operation, f) -> {
            if (operation.equals("list")) {
                throw new StackOverflowError("injected");
            }
        };
        assertThatThrownBy(this::open).hasRootCauseMessage("injected");
        disk.fault = (operation, f) -> {};
        open().close();
    }
}
