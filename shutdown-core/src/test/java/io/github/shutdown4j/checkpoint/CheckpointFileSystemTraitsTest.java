package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
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
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Links, owners, permissions and renames on file systems other than ext4, and the log lines about them. */
@Timeout(180)
class CheckpointFileSystemTraitsTest extends CheckpointFaultFixture {

    private void warmedUp(CheckpointStore<State> store) {
        Awaitility.await().until(() -> store.worker().unfinished() == 0);
    }

    @Test
    void withoutLinksBothGenerationsAreForcedAgainAfterTheRename() throws Exception { // FAT
        disk.fault = (operation, file) -> {
            if (operation.equals("link")) {
                throw new IOException("Operation not permitted");
            }
        };
        try (var logs = CapturedLogs.open();
                var store = open()) {
            store.save(new State(1));
            store.save(new State(2));
            disk.take();
            store.save(new State(3));
            assertThat(disk.take())
                    .containsSubsequence("move to previous", "move", "force file", "force file", "force directory");
            assertThat(logs.texts(Level.INFO))
                    .filteredOn(line -> line.contains("no hard links"))
                    .singleElement()
                    .asString()
                    .contains("Operation not permitted")
                    .doesNotContain("{}", "Exception");
            disk.fault = (operation, file) -> {
                if (operation.equals("link") || operation.equals("force file")) {
                    throw new IOException("injected at " + operation);
                }
            };
            assertThatThrownBy(() -> store.save(new State(4)))
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.PERHAPS_NOT_DURABLE));
        }
    }

    @Test
    void withoutLinksAndPreviousGenerationsTheFileItselfIsForcedAgain() throws Exception {
        disk.fault = (operation, file) -> {
            if (operation.equals("link")) {
                throw new IOException("Operation not permitted");
            }
        };
        try (var store = CheckpointStore.builder(file(), State.class)
                .previousGenerations(0)
                .disk(disk)
                .open()) {
            store.save(new State(1));
            disk.take();
            store.save(new State(2));
            assertThat(disk.take()).containsSubsequence("move", "force file", "force directory");
        }
    }

    @Test
    void previousStateThatCannotBeKeptIsLoggedOnce() throws Exception {
        disk.fault = (operation, file) -> {
            if (operation.equals("move to previous")) {
                throw new IOException("injected");
            }
        };
        try (var logs = CapturedLogs.open();
                var store = open()) {
            for (int value = 1; value <= 4; value++) {
                store.save(new State(value));
            }
            assertThat(store.load().state()).contains(new State(4));
            assertThat(logs.texts(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("cannot keep the previous generation");
        }
    }

    @Test
    void permissionsThatAreNotKeptAreLoggedOnce() throws Exception {
        disk.permissions = "rwxr-xr-x";
        try (var logs = CapturedLogs.open();
                var store = open()) {
            warmedUp(store);
            store.save(new State(1));
            store.save(new State(2));
            assertThat(logs.texts(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("does not keep permissions", "rwxr-xr-x");
        }
    }

    @Test
    void rehearsalNamesTheStepThatFailed() throws Exception {
        disk.fault = (operation, file) -> {
            if (operation.equals("move")) {
                throw new IOException("injected");
            }
        };
        try (var logs = CapturedLogs.open();
                var store = open()) {
            warmedUp(store);
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("cannot rename a new file");
        }
    }

    @Test
    void timeoutAfterTheRenameReportsThatTheNewStateIsInPlace() throws Exception {
        FakeTicker ticker = new FakeTicker();
        CountDownLatch answers = new CountDownLatch(1);
        CountDownLatch renamed = new CountDownLatch(1);
        try (var store = CheckpointStore.builder(file(), State.class)
                .disk(disk)
                .ticker(ticker)
                .timeout(Duration.ofSeconds(1))
                .open()) {
            warmedUp(store);
            disk.fault = (operation, file) -> {
                if (operation.equals("force directory")) {
                    renamed.countDown();
                    Probe.await(answers);
                }
            };
            FutureTask<Throwable> first = Background.onThread(() -> catchThrowable(() -> store.save(new State(1))));
            Probe.await(renamed);
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofSeconds(1));
            assertThat(first.get())
                    .hasMessageContaining("the new state is in place")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.ABANDONED));
            FutureTask<Throwable> second = Background.onThread(() -> catchThrowable(() -> store.save(new State(2))));
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofSeconds(1));
            assertThat(second.get())
                    .hasMessageContaining("behind \"save\"")
                    .hasMessageContaining("the previous state is unchanged");
            answers.countDown();
            warmedUp(store);
        }
    }

    @Test
    void linkLeftByADeadWriterUnderItsConstantNameIsReplaced() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
            Files.writeString(directory.resolve("state.json.tmp-0000000000000000"), "left");
            store.save(new State(2));
            Files.delete(file());
            assertThat(store.load().state()).contains(new State(1));
        }
    }

    @Test
    void renameRefusedOverAnOpenFileIsTriedAgainOnEverySystem() throws Exception { // CIFS
        try (var store = open()) {
            store.save(new State(1));
            AtomicInteger tries = new AtomicInteger();
            disk.fault = (operation, file) -> {
                if (operation.equals("move") && tries.incrementAndGet() < 3) {
                    throw new AccessDeniedException(file.toString());
                }
            };
            store.save(new State(2));
            assertThat(tries).hasValue(3);
        }
    }

    @Test
    void runWhoseMarkCouldNotBeWrittenIsNotTakenForClean() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
        }
        Path lock = directory.resolve("state.json.lock");
        Files.write(lock, new byte[0]);
        try (var store = open()) {
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.ABRUPT);
        }
        byte[] clean = Files.readAllBytes(lock);
        assertThat(new String(clean, StandardCharsets.US_ASCII)).contains("clean");
        Instant closed = Instant.now();
        Awaitility.await().until(() -> Instant.now().isAfter(closed.plusMillis(2)));
        try (var store = open()) {
            store.save(new State(2));
            store.abandon();
        }
        Files.write(lock, clean);
        try (var store = open()) {
            assertThat(store.lastRun().ending()).isEqualTo(LastRun.Ending.ABRUPT);
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX owners")
    void runAsRootLeavesTheStateToItsOwner() throws Exception {
        assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "needs root");
        Files.setAttribute(directory, "unix:uid", 4242);
        Files.setAttribute(directory, "unix:gid", 4243);
        try (var store = open()) {
            store.save(new State(1));
            store.save(new State(2));
        }
        for (String name : names(directory)) {
            assertThat(Files.getAttribute(directory.resolve(name), "unix:uid"))
                    .as(name)
                    .isEqualTo(4242);
            assertThat(Files.getAttribute(directory.resolve(name), "unix:gid"))
                    .as(name)
                    .isEqualTo(4243);
        }
        Files.setAttribute(file(), "unix:uid", 17);
        try (var store = open()) {
            store.save(new State(3));
        }
        assertThat(Files.getAttribute(file(), "unix:uid")).isEqualTo(17);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX access control lists")
    void accessControlListIsNotTurnedIntoRightsOfTheGroup() throws Exception {
        try (var store = open()) {
            store.save(new State(1));
        }
        assumeTrue(setfacl("-m", "u:4242:rw", file().toString()), "needs setfacl, and a file system with access lists");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-rw----");
        try (var logs = CapturedLogs.open();
                var store = open()) {
            store.save(new State(2));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("access control list");
        }
    }

    private static boolean setfacl(String... arguments) throws InterruptedException {
        try {
            List<String> command = new ArrayList<>(List.of("setfacl"));
            command.addAll(List.of(arguments));
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
