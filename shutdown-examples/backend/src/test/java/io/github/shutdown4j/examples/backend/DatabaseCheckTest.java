package io.github.shutdown4j.examples.backend;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.examples.backend.settings.Settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DatabaseCheckTest {

    @Test
    void aDatabaseThatTakesNoWritesIsNotReadyUntilItTakesThem() throws Exception {
        Settings settings = Settings.read(Optional.empty(), Map.of());
        try (OwnDatabase database = new OwnDatabase()) {
            database.newSessionsAreReadOnly(true);
            try (DatabaseCheck check = new DatabaseCheck(database.url(), settings, Duration.ofSeconds(5))) {
                assertThatThrownBy(check::run).hasMessageContaining("accepts no writes");
                database.newSessionsAreReadOnly(false);
                assertThatCode(check::run).doesNotThrowAnyException();
            }
        }
    }
}
