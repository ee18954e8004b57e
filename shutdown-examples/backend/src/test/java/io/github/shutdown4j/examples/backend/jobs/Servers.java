package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import redis.clients.jedis.Jedis;

import io.github.shutdown4j.examples.backend.TestServers;

/** The tables and streams of the jobs on the test servers, emptied before each test. */
final class Servers {

    static final String REDIS = TestServers.redisUrl();
    static final String DATABASE = TestServers.databaseUrl();
    static final HikariDataSource POOL = Pools.open(DATABASE, Duration.ofSeconds(30));

    static {
        migrate(POOL);
    }

    private Servers() {}

    /** Waits longer for a response than a loaded machine or a slow disk stalls. */
    static Jedis jedis(String url) {
        return new Jedis(URI.create(url), 20_000);
    }

    static void empty() throws Exception {
        try (Jedis jedis = jedis(REDIS)) {
            jedis.flushAll();
        }
        empty(POOL);
    }

    static void empty(HikariDataSource pool) throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists effects (job_id text)");
            statement.execute("truncate jobs, job_runs, cursors, effects");
        }
    }

    static void migrate(DataSource pool) {
        Flyway.configure().dataSource(pool).load().migrate();
    }

    static List<String> column(String sql) throws Exception {
        return column(POOL, sql);
    }

    static List<String> column(DataSource pool, String sql) throws Exception {
        List<String> values = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    static long number(String sql) throws Exception {
        return Long.parseLong(column(sql).get(0));
    }
}
