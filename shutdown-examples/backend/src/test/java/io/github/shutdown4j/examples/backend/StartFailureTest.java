package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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
    void aFolderThatCannotBeUsedIsNamedWithTheReason() throws Exception {
        assertThat(advice(new AccessDeniedException("/srv/data/redis")))
                .isEqualTo("no data can be kept in /srv/data: permission denied (/srv/data/redis). Mend that, or choose"
                        + " another folder with DATA_DIR or data_dir.");
        assertThat(advice(new FileAlreadyExistsException("/srv/data"))).contains("there is a file where a folder");
        assertThat(advice(new FileSystemException("/srv/data/x", null, "No space left on device")))
                .contains("No space left on device (/srv/data/x)");
    }

    @Test
    void whatTheEmbeddedServersSayStandsAsItIs() throws Exception {
        assertThat(advice(
                        new IOException("PostgreSQL does not start, its log may say why", new IllegalStateException())))
                .isEqualTo("PostgreSQL does not start, its log may say why");
    }

    @Test
    void whatNobodyHasThoughtOfIsShownWithItsClass() throws Exception {
        assertThat(advice(new IllegalStateException("outer", new ArithmeticException("inner"))))
                .isEqualTo("java.lang.ArithmeticException: inner");
    }
}
