package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.examples.backend.settings.Settings;

import static org.assertj.core.api.Assertions.assertThat;

class StartFailureTest {

    private static String advice(Exception failure) throws Exception {
        return StartFailure.advice(failure, Settings.read(Optional.empty(), Map.of("DATA_DIR", "/srv/data")));
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamedWithTheReason() throws Exception {
        assertThat(advice(new AccessDeniedException("/srv/data/redis")))
                .isEqualTo(
                        "no data can be kept in /srv/data: permission denied (/srv/data/redis). Correct that, or choose"
                                + " another directory with DATA_DIR or data_dir.");
        assertThat(advice(new FileAlreadyExistsException("/srv/data"))).contains("there is a file where a directory");
        assertThat(advice(new FileSystemException("/srv/data/x", null, "No space left on device")))
                .contains("No space left on device (/srv/data/x)");
    }

    @Test
    void theDirectoryOfTheStateIsNotTakenForThatOfTheData() throws Exception {
        Settings settings =
                Settings.read(Optional.empty(), Map.of("DATA_DIR", "/srv/data", "STATE_FILE", "/mnt/states/one.json"));
        assertThat(StartFailure.advice(
                        new IOException(
                                "cannot open", new FileSystemException("/mnt/states", null, "Read-only file system")),
                        settings))
                .isEqualTo(
                        "the state cannot be kept: Read-only file system (/mnt/states). Correct that, or choose another"
                                + " file with STATE_FILE or state_file.");
        assertThat(StartFailure.advice(new AccessDeniedException("/srv/data/redis"), settings))
                .contains("DATA_DIR");
        String temporary = Path.of(System.getProperty("java.io.tmpdir"), "one", "state.json")
                .toString();
        assertThat(StartFailure.advice(
                        new AccessDeniedException(temporary + ".lock"),
                        Settings.read(Optional.empty(), Map.of("DATA_DIR", "/srv/data", "STATE_FILE", temporary))))
                .contains("STATE_FILE");
    }

    @Test
    void aStateDirectlyInTheTemporaryDirectoryIsNotBlamedForTheOthers() throws Exception {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        String state = temporary.resolve("state.json").toString();
        Settings settings = Settings.read(Optional.empty(), Map.of("DATA_DIR", "/srv/data", "STATE_FILE", state));
        String other = temporary.resolve("shutdown4j-backend-me/lib").toString();
        assertThat(StartFailure.advice(new AccessDeniedException(other), settings))
                .contains("-Djava.io.tmpdir")
                .doesNotContain("STATE_FILE");
        for (String file : new String[] {state, state + ".lock", state + ".tmp-1", temporary.toString()}) {
            assertThat(StartFailure.advice(new AccessDeniedException(file), settings))
                    .contains("STATE_FILE");
        }
    }

    @Test
    void aTemporaryDirectoryIsNotTakenForTheDirectoryOfTheData() throws Exception {
        String file = Path.of(System.getProperty("java.io.tmpdir"), "shutdown4j-backend-me")
                .toString();
        assertThat(advice(new IOException("the embedded PostgreSQL does not start", new AccessDeniedException(file))))
                .contains("directory for temporary files: permission denied (" + file, "-Djava.io.tmpdir")
                .doesNotContain("DATA_DIR");
    }

    @Test
    void aHostThatDoesNotExistIsNamed() throws Exception {
        SQLException failure = new SQLException("The connection attempt failed.", "08001");
        assertThat(advice(failure)).contains("does not answer", "The connection attempt failed. Start it");
        failure.initCause(new UnknownHostException("nowhere.invalid"));
        assertThat(advice(failure)).contains(": there is no host nowhere.invalid. Start it, or correct DATABASE_URL");
    }

    @Test
    void messagesOfTheEmbeddedServersAreUnchanged() throws Exception {
        assertThat(advice(
                        new IOException("PostgreSQL does not start, its log may say why", new IllegalStateException())))
                .isEqualTo("PostgreSQL does not start, its log may say why");
    }

    @Test
    void anUnexpectedFailureIsShownWithItsClass() throws Exception {
        assertThat(advice(new IllegalStateException("outer", new ArithmeticException("inner"))))
                .isEqualTo("java.lang.ArithmeticException: inner");
    }
}
