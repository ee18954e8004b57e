package io.github.shutdown4j.examples.backend;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Two instances start at once on a database whose migration takes until the test lets it end. */
@Timeout(180)
class MigrationTest {

    private static final String SLOW = "classpath:db/slow";

    private final ExecutorService instances = Executors.newFixedThreadPool(2);
    private final AtomicInteger progress = new AtomicInteger();
    private final PGSimpleDataSource database = new PGSimpleDataSource();
    private OwnDatabase own;
    private Connection holder;

    @BeforeEach
    void create() throws Exception {
        own = new OwnDatabase();
        database.setUrl(own.url());
        holder = database.getConnection();
        holding("select pg_advisory_lock(4711)");
    }

    private void holding(String sql) throws Exception {
        try (Statement statement = holder.createStatement()) {
            statement.execute(sql);
        }
    }

    private void letItEnd() throws Exception {
        holding("select pg_advisory_unlock(4711)");
    }

    @AfterEach
    void drop() throws Exception {
        holder.close();
        instances.shutdownNow();
        assertThat(instances.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        own.close();
    }

    private int number(String sql) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    private void awaitMigrating() {
        await().until(() -> number("select count(*) from pg_stat_activity where datname = current_database()"
                        + " and state = 'active' and wait_event = 'advisory'")
                == 1);
    }

    /** The sessions that have asked for Flyway's lock, and nothing since. */
    private int askingForTheLock() throws Exception {
        return number("select count(*) from pg_stat_activity where datname = current_database()"
                + " and query like '%pg_try_advisory%' and pid <> pg_backend_pid()");
    }

    private Future<?> startSecond() throws Exception {
        int before = askingForTheLock();
        Future<?> second = instances.submit(() -> Stores.migrate(database, 300, SLOW, progress::incrementAndGet));
        await().until(() -> askingForTheLock() > before);
        assertThat(second).isNotDone();
        return second;
    }

    @Test
    void theSecondWaitsForTheFirstAndFindsTheWorkDone() throws Exception {
        Future<?> first = instances.submit(() -> Stores.migrate(database, 30, SLOW, progress::incrementAndGet));
        awaitMigrating();
        Future<?> second = startSecond();
        letItEnd();
        first.get();
        second.get();
        assertThat(number("select count(*) from flyway_schema_history")).isEqualTo(1);
        assertThat(progress).hasValue(1);
    }

    @Test
    void aShortWaitForAnotherMigrationEndsWithAnError() throws Exception {
        Future<?> first = instances.submit(() -> Stores.migrate(database, 30, SLOW, progress::incrementAndGet));
        awaitMigrating();
        assertThatThrownBy(() -> Stores.migrate(database, 0, SLOW, progress::incrementAndGet))
                .isInstanceOf(FlywayException.class)
                .hasMessageContaining("lock");
        letItEnd();
        first.get();
    }

    @Test
    void ifTheFirstDiesDuringTheMigrationTheSecondDoesAllOfIt() throws Exception {
        Future<?> first = instances.submit(() -> Stores.migrate(database, 30, SLOW, progress::incrementAndGet));
        awaitMigrating();
        Future<?> second = startSecond();
        int killed = number("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where datname = current_database() and wait_event = 'advisory'");
        assertThat(killed).isEqualTo(1);
        assertThatThrownBy(first::get).hasRootCauseInstanceOf(java.sql.SQLException.class);
        letItEnd();
        second.get();
        assertThat(number("select count(*) from flyway_schema_history where success"))
                .isEqualTo(1);
        assertThat(number("select count(*) from slow_done")).isZero();
    }
}
