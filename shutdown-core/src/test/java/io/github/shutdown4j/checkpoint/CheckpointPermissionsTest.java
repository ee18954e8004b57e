package io.github.shutdown4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.Permissions;

import static org.assertj.core.api.Assertions.assertThat;

/** Operations that the system refuses, in a separate process, because it refuses root nothing. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX permissions")
class CheckpointPermissionsTest extends CheckpointFileFixture {

    @AfterEach
    void allow() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Loads and saves, and prints the result of each. */
    static final class Program {

        public static void main(String[] args) throws Exception {
            try (var store = CheckpointStore.json(Path.of(args[0]), State.class)) {
                try {
                    System.out.println("load: " + store.load().state().equals(Optional.of(STATE)));
                } catch (CheckpointException e) {
                    System.out.println("load: " + e.kind());
                }
                try {
                    store.save(STATE);
                    System.out.println("save: done");
                } catch (CheckpointException e) {
                    System.out.println("save: " + e.kind());
                }
            }
        }
    }

    /** The group bits of a file with an access control list are its mask: better none than those. */
    @Test
    void withoutLsTheGroupLosesItsPermissions() throws Exception {
        saved(STATE);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        try (ChildJvm program = ChildJvm.of(Program.class)
                .env("PATH", directory.toString())
                .logs()
                .args(file().toString())
                .start()) {
            program.assertExit(0);
            assertThat(program.out()).contains("load: true", "save: done");
            assertThat(program.lines()).anyMatch(line -> line.text().contains("ls cannot be started"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void withLsTheGroupKeepsItsPermissions() throws Exception {
        saved(STATE);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        try (ChildJvm program =
                ChildJvm.of(Program.class).logs().args(file().toString()).start()) {
            program.assertExit(0);
            assertThat(program.out()).contains("load: true", "save: done");
            assertThat(program.lines()) // chosen by the operator, not the doing of the file system
                    .noneMatch(line -> line.text().contains("does not keep permissions"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r-----");
    }

    @Test
    void readOnlyDirectoryIsRefusedWithTheCheckpointIntact() throws Exception { // scenario 55
        byte[] good = saved(STATE);
        var child = Permissions.binding(Program.class, directory).args(file().toString());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        try (ChildJvm program = child.start()) {
            program.assertExit(0);
            assertThat(program.out()).containsExactly("load: true", "save: NOT_SAVED");
        }
        assertThat(file()).hasBinaryContent(good);
    }

    @Test
    void unreadableFileIsNeitherJudgedNorOverwritten() throws Exception {
        byte[] good = saved(STATE);
        var child = Permissions.binding(Program.class, directory).args(file().toString());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("---------"));
        try (ChildJvm program = child.start()) {
            program.assertExit(0);
            assertThat(program.out()).containsExactly("load: UNUSABLE", "save: UNUSABLE");
        }
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        assertThat(file()).hasBinaryContent(good);
    }
}
