package io.github.shutdown4j.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the real file system says about files. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX permissions")
class NioFileSystemTest {

    @TempDir
    Path directory;

    private String sharedPermissionsOf(String permissions) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return new NioFileSystem().sharedPermissions(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw------x", "rwxrwxrwx"})
    void permissionsOfOthersThanTheOwnerAreShared(String permissions) throws Exception {
        assertThat(sharedPermissionsOf(permissions)).isEqualTo(permissions);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rwx------", "---------"})
    void permissionsOfTheOwnerAloneAreNotShared(String permissions) throws Exception {
        assertThat(sharedPermissionsOf(permissions)).isNull();
    }
}
