package io.github.shutdown4j.examples.backend;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

import io.github.shutdown4j.examples.backend.jobs.RedisProcess;
import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The responses to the probes of the packaged backend while its stores hang or are down. */
@Timeout(400)
class ReadinessTest {

    /**
     * A check times out after one second, and a result is valid for two; the rest is a reserve for a loaded machine.
     */
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private EmbeddedPostgres postgres(int port) throws Exception {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(directory.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofSeconds(120))
                .start();
    }

    @Test
    void readinessFollowsTheStoresAndLivenessDoesNot() throws Exception {
        int port = FreePort.find();
        EmbeddedPostgres postgres = postgres(port);
        try (RedisProcess redis = new RedisProcess(directory)) {
            Map<String, String> environment = new HashMap<>();
            environment.put("DATABASE_URL", postgres.getJdbcUrl("postgres", "postgres"));
            environment.put("REDIS_URL", redis.url());
            Map<String, String> unchecking = new HashMap<>(environment);
            unchecking.put("HEALTH_CHECK_STORES", "false");
            // Another database of the same Redis, with a key of another type in the place of the stream.
            Map<String, String> stalling = new HashMap<>(environment);
            stalling.put("REDIS_URL", redis.url() + "/1");
            try (Jedis jedis = new Jedis(redis.url() + "/1")) {
                jedis.set("jobs:a", "not a stream");
            }
            try (BackendProcess stalled = new BackendProcess(directory, stalling).awaitReady();
                    BackendProcess backend = new BackendProcess(directory, environment).awaitReady();
                    BackendProcess unchecked = new BackendProcess(directory, unchecking).awaitReady()) {
                awaitReady(backend);

                redis.freeze();
                awaitNotReady(backend, unchecked, "redis: ");
                assertThat(backend.post("/jobs", "{\"type\":\"A\"}").statusCode())
                        .isEqualTo(503);
                assertThat(backend.get("/projects/4711").statusCode())
                        .isEqualTo(404); // of the database, not of the cache
                redis.thaw();
                awaitReady(backend);

                postgres.close();
                awaitNotReady(backend, unchecked, "postgresql: ");
                assertThat(backend.get("/projects").statusCode()).isEqualTo(503);
                postgres = postgres(port);
                awaitReady(backend);

                awaitStalled(stalled);
                try (Jedis jedis = new Jedis(redis.url() + "/1")) {
                    jedis.del("jobs:a");
                }
                awaitReady(stalled);

                stalled.signal("TERM");
                stalled.awaitExit(0);
                backend.signal("TERM");
                backend.awaitExit(0);
                unchecked.signal("TERM");
                unchecked.awaitExit(0);
            }
        } finally {
            postgres.close();
        }
    }

    private static void awaitReady(BackendProcess backend) {
        await().atMost(SOON).untilAsserted(() -> {
            HttpResponse<String> ready = backend.get("/health/ready");
            assertThat(ready.statusCode()).as(ready::body).isEqualTo(200);
        });
    }

    private static void awaitNotReady(BackendProcess backend, BackendProcess unchecked, String reason) {
        await().atMost(SOON).untilAsserted(() -> {
            long begin = System.nanoTime();
            HttpResponse<String> ready = backend.get("/health/ready");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("\"ready\":false", reason);
            assertThat(backend.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(unchecked.get("/health/ready").statusCode()).isEqualTo(200);
        });
    }

    /** It has been connected all the time, without jobs of one type for 15 s. */
    private static void awaitStalled(BackendProcess backend) {
        await().untilAsserted(() -> {
            HttpResponse<String> ready = backend.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body())
                    .contains("jobs A: no jobs for", "WRONGTYPE")
                    .doesNotContain("jobs B: no jobs");
            assertThat(backend.get("/metrics").body())
                    .containsPattern("jobs_stalled_seconds\\{type=\"A\"} (1[5-9]|[2-9]\\d)");
        });
    }
}
