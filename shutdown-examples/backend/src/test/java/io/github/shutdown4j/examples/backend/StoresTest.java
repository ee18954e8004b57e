package io.github.shutdown4j.examples.backend;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.examples.backend.stores.DatabaseErrors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StoresTest {

    @Test
    void aDatabaseThatDoesNotAnswerIsAnOutageAfterAWhile() throws Exception {
        Settings settings = Settings.read(Optional.empty(), Map.of());
        try (HikariDataSource pool = Stores.pool(settings, TestServers.databaseUrl(), Duration.ofSeconds(1));
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            long begin = System.nanoTime();
            assertThatThrownBy(() -> statement.execute("select pg_sleep(20)"))
                    .isInstanceOfSatisfying(SQLException.class, e -> assertThat(DatabaseErrors.isUnavailable(e))
                            .isTrue());
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(15));
        }
    }
}
