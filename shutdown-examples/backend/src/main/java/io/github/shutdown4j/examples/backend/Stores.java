package io.github.shutdown4j.examples.backend;

import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.postgresql.ds.PGSimpleDataSource;
import redis.clients.jedis.Jedis;

import io.github.shutdown4j.examples.backend.embedded.Embedded;
import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.examples.backend.stores.ReadOnlyEviction;

/** PostgreSQL and Redis, external or embedded. */
record Stores(HikariDataSource database, String redisUrl, Optional<AutoCloseable> embedded) implements AutoCloseable {

    /** The maximum time that a start waits for the migration of another instance. */
    static final int MIGRATION_WAIT_SECONDS = 300;

    /** The maximum time for the response to a statement. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /** The maximum time for a new connection, so that an unavailable database delays neither a start nor a shutdown. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /** Stores for the plan only: nothing is started or connected. */
    static Stores planned(Settings settings) {
        String none = "not-started";
        Optional<AutoCloseable> embedded = needsEmbedded(settings) ? Optional.of(() -> {}) : Optional.empty();
        String redis = settings.redisUrl().orElse("redis://" + none + ":6379");
        return new Stores(pool(settings, "jdbc:postgresql://" + none + "/"), redis, embedded);
    }

    /**
     * Starts embedded servers, connects, and migrates the tables. If it throws, nothing is left running.
     *
     * @param progress called before each step that may take long, and after each migration
     */
    static Stores open(Settings settings, Runnable progress) throws Exception {
        progress.run();
        Optional<Embedded> embedded =
                needsEmbedded(settings) ? Optional.of(Embedded.start(settings.dataDir())) : Optional.empty();
        String database = settings.databaseUrl()
                .or(() -> embedded.map(Embedded::databaseUrl))
                .orElseThrow();
        String redis =
                settings.redisUrl().or(() -> embedded.map(Embedded::redisUrl)).orElseThrow();
        Stores stores = new Stores(pool(settings, database), redis, embedded.map(AutoCloseable.class::cast));
        try {
            migrate(migrationSource(settings, database), MIGRATION_WAIT_SECONDS, "classpath:db/migration", progress);
            try (Jedis client = new Jedis(redis)) {
                client.ping();
            }
            return stores;
        } catch (Exception e) {
            stores.close();
            throw e;
        }
    }

    /**
     * Migrates the tables. If another instance is migrating, this one waits up to this number of seconds for it. If the other
     * one dies, PostgreSQL rolls back its work, and this one migrates.
     */
    static void migrate(DataSource database, int waitSeconds, String location, Runnable progress) {
        var unused = Flyway.configure()
                .dataSource(database)
                .locations(location)
                .lockRetryCount(waitSeconds) // tried once a second; Flyway's own 50 tries are too few for a large table
                .callbacks(new AfterEach(progress))
                .load()
                .migrate();
    }

    private static final class AfterEach extends BaseCallback {

        private final Runnable progress;

        AfterEach(Runnable progress) {
            this.progress = progress;
        }

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.AFTER_EACH_MIGRATE;
        }

        @Override
        public void handle(Event event, Context context) {
            progress.run();
        }
    }

    static boolean needsEmbedded(Settings settings) {
        return settings.databaseUrl().isEmpty() || settings.redisUrl().isEmpty();
    }

    @Override
    public void close() throws Exception {
        database.close();
        if (embedded.isPresent()) {
            embedded.get().close();
        }
    }

    /** Returns a data source without a limit for statements; a database that vanishes meanwhile is noticed by keep-alives. */
    static DataSource migrationSource(Settings settings, String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        settings.databaseUser().ifPresent(source::setUser);
        settings.databasePassword().ifPresent(source::setPassword);
        source.setApplicationName("shutdown4j-backend migration");
        source.setLoginTimeout((int) CONNECT_LIMIT.toSeconds());
        source.setTcpKeepAlive(true);
        return source;
    }

    private static HikariDataSource pool(Settings settings, String url) {
        return pool(settings, url, ANSWER_LIMIT);
    }

    /** Connects at the first use. */
    static HikariDataSource pool(Settings settings, String url, Duration answerLimit) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("database");
        pool.setJdbcUrl(url);
        settings.databaseUser().ifPresent(pool::setUsername);
        settings.databasePassword().ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(settings.databasePoolSize());
        pool.setMinimumIdle(2);
        pool.setConnectionTimeout(CONNECT_LIMIT.toMillis());
        // Otherwise a request can wait for a host that has vanished for a quarter of an hour.
        pool.addDataSourceProperty("socketTimeout", Long.toString(answerLimit.toSeconds()));
        pool.addDataSourceProperty("ApplicationName", "shutdown4j-backend");
        pool.setExceptionOverride(new ReadOnlyEviction());
        return pool;
    }
}
