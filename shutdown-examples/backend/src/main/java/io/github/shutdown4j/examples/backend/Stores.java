package io.github.shutdown4j.examples.backend;

import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import redis.clients.jedis.Jedis;

import io.github.shutdown4j.examples.backend.embedded.Embedded;
import io.github.shutdown4j.examples.backend.settings.Settings;

/** Where everything is kept: PostgreSQL and Redis, somebody's or our own. */
record Stores(HikariDataSource database, String redisUrl, Optional<AutoCloseable> embedded) implements AutoCloseable {

    /** Of a start, for the migration of another instance. */
    static final int MIGRATION_WAIT_SECONDS = 300;

    /** As they would be, for the plan: nothing is started, nothing connected. */
    static Stores planned(Settings settings) {
        String none = "not-started";
        Optional<AutoCloseable> embedded = needsEmbedded(settings) ? Optional.of(() -> {}) : Optional.empty();
        String redis = settings.redisUrl().orElse("redis://" + none + ":6379");
        return new Stores(pool(settings, "jdbc:postgresql://" + none + "/"), redis, embedded);
    }

    /**
     * Starts what is embedded, connects, and brings the tables up to date. If it throws, nothing is left running.
     *
     * @param progress called before anything that may take long, and after each migration
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
            migrate(stores.database, MIGRATION_WAIT_SECONDS, "classpath:db/migration", progress);
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
     * Brings the tables up to date. If another instance is at it, this one waits so many seconds for it and finds the work
     * done; if that one dies, PostgreSQL rolls back what it has begun, and this one does all of it.
     */
    static void migrate(DataSource database, int waitSeconds, String location, Runnable progress) {
        var unused = Flyway.configure()
                .dataSource(database)
                .locations(location)
                .lockRetryCount(waitSeconds) // tried once a second; Flyway's own 50 are less than a large table takes
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

    /** Connects at the first use. */
    private static HikariDataSource pool(Settings settings, String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("database");
        pool.setJdbcUrl(url);
        settings.databaseUser().ifPresent(pool::setUsername);
        settings.databasePassword().ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(settings.databasePoolSize());
        pool.setMinimumIdle(2);
        // Who waits for a connection longer than this is told so; a database that is away must not hold up a shutdown.
        pool.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
        pool.addDataSourceProperty("ApplicationName", "shutdown4j-backend");
        return pool;
    }
}
