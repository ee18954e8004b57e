package io.github.shutdown4j.examples.backend;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.examples.backend.jobs.RedisProcess;
import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.examples.backend.statistics.Statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JobsTest {

    @TempDir
    private Path directory;

    @Test
    void thereIsAConnectionToRedisForEachThreadThatMayNeedOne() throws Exception {
        int requests = 200; // at most so many may use a store
        Settings most = Settings.read(Optional.empty(), Map.of("JOBS_IN_FLIGHT", "100", "DATABASE_POOL_SIZE", "204"));
        assertThat(Jobs.connections(most)).isBetween(2 * 100 + requests, 2 * 100 + requests + 20);
        Settings usual = Settings.read(Optional.empty(), Map.of());
        assertThat(Jobs.connections(usual)).isBetween(2 * 5 + 100, 2 * 8 + 100 + 20);
    }

    @Test
    void anOrderThatIsAnsweredWithAFailureIsNotInTheStream() throws Exception {
        try (RedisProcess redis = new RedisProcess(directory);
                HikariDataSource database = new HikariDataSource();
                Jedis jedis = new Jedis(redis.url())) {
            database.setJdbcUrl(TestServers.databaseUrl());
            Jobs jobs = new Jobs(
                    Settings.read(Optional.empty(), Map.of()),
                    new Stores(database, redis.url(), Optional.empty()),
                    new Statistics(database),
                    end -> {});
            ShutdownCoordinator coordinator =
                    ShutdownCoordinator.builder().embedded().build();
            jobs.register(coordinator.resources());
            coordinator.start();
            // A user with rights on the streams only, not on the keys that record submitted jobs.
            jedis.sendCommand(() -> "ACL".getBytes(), "SETUSER", "default", "resetkeys", "~jobs:a", "~jobs:b");
            assertThatThrownBy(() -> jobs.add("A", "{}", Optional.empty()))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageContaining("NOPERM");
            assertThat(jedis.xlen("jobs:a")).isZero();

            jedis.sendCommand(() -> "ACL".getBytes(), "SETUSER", "default", "~*");
            String id = jobs.add("A", "{}", Optional.empty());
            assertThat(jedis.xlen("jobs:a")).isEqualTo(1);
            assertThat(jedis.get("jobs:queued:" + id)).isEqualTo("A");
            coordinator.shutdown("the end of the test");
            assertThat(coordinator.await().exitCode()).isZero();
        }
    }
}
