package io.github.shutdown4j.examples.backend;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.examples.backend.stores.DatabaseErrors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StoresTest {

    private static Settings settings() throws Exception {
        return Settings.read(Optional.empty(), Map.of());
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void isUnavailable(Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(SQLException.class, e -> assertThat(DatabaseErrors.isUnavailable(e))
                .isTrue());
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsAnOutageAfterAWhile() throws Exception {
        try (HikariDataSource pool = Stores.pool(settings(), TestServers.databaseUrl(), Duration.ofSeconds(1))) {
            long begin = System.nanoTime();
            assertThatThrownBy(() -> execute(pool, "select pg_sleep(20)")).satisfies(StoresTest::isUnavailable);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(15));
        }
    }

    @Test
    void aConnectionThatTakesNoWritesIsReplaced() throws Exception {
        try (OwnDatabase database = new OwnDatabase();
                HikariDataSource pool = Stores.pool(settings(), database.url(), Duration.ofSeconds(10))) {
            pool.setMaximumPoolSize(1);
            pool.setMinimumIdle(1);
            execute(pool, "set default_transaction_read_only = on"); // of this session alone
            assertThatThrownBy(() -> execute(pool, "create table one (id int)")).satisfies(StoresTest::isUnavailable);
            execute(pool, "create table one (id int)");
        }
    }

    @Test
    void aConnectionOfWhichAnotherStatementFailsIsKept() throws Exception {
        try (HikariDataSource pool = Stores.pool(settings(), TestServers.databaseUrl(), Duration.ofSeconds(10))) {
            pool.setMaximumPoolSize(1);
            pool.setMinimumIdle(1);
            execute(pool, "set application_name = 'kept'");
            assertThatThrownBy(() -> execute(pool, "select 1 / 0")).hasMessageContaining("division by zero");
            execute(pool, "do $$ begin assert current_setting('application_name') = 'kept', 'another session'; end $$");
        }
    }

    @Test
    void aMigrationDoesNotWaitForADatabaseThatAcceptsAndStaysSilent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "jdbc:postgresql://localhost:" + silent.getLocalPort() + "/any?user=any&sslmode=disable";
            DataSource source = Stores.migrationSource(settings(), url);
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            long begin = System.nanoTime();
            Thread connecting = new Thread(() -> {
                try {
                    execute(source, "select 1");
                } catch (SQLException e) {
                    failure.complete(e);
                }
            });
            connecting.setDaemon(true);
            connecting.start();
            isUnavailable(failure.get(60, TimeUnit.SECONDS));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(4));
        }
    }
}
