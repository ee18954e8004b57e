package io.github.shutdown4j.examples.backend.jobs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import redis.clients.jedis.Jedis;

import io.github.shutdown4j.examples.backend.embedded.Embedded;

/** One real PostgreSQL and one real Redis for all tests of this JVM, emptied before each. */
final class Servers {

    static final String REDIS;
    static final String DATABASE;
    static final HikariDataSource POOL;

    static {
        try {
            Path folder = Files.createTempDirectory("jobs-test");
            Embedded embedded = Embedded.start(folder);
            REDIS = embedded.redisUrl();
            DATABASE = embedded.databaseUrl();
            POOL = Pools.open(DATABASE);
            migrate(POOL);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(embedded)));
        } catch (Exception e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Servers() {}

    static void empty() throws Exception {
        try (Jedis jedis = new Jedis(REDIS)) {
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

    static void migrate(HikariDataSource pool) {
        Flyway.configure().dataSource(pool).load().migrate();
    }

    static List<String> column(String sql) throws Exception {
        return column(POOL, sql);
    }

    static List<String> column(HikariDataSource pool, String sql) throws Exception {
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

    private static void close(Embedded embedded) {
        try {
            POOL.close();
            embedded.close();
        } catch (Exception e) {
            e.printStackTrace();
        }
    }
}
