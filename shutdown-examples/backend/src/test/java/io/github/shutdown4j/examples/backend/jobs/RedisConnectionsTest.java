package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Threads that need more connections to Redis than their process may open. */
class RedisConnectionsTest extends JobsFixture {

    /** A connection may block for longer than this test takes. */
    private static final JobTimes PATIENT =
            OtherTimes.than(JobTimes.defaults()).block(Duration.ofSeconds(60)).build();

    @Test
    void tooFewConnectionsAreNamedAndAreNoOutage() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (LoggedLines logs = new LoggedLines();
                RedisClient redis = new RedisClient(URI.create(Servers.REDIS), PATIENT, 2);
                Jedis other = new Jedis(Servers.REDIS)) {
            var unused = redis.call(jedis -> jedis.get("any")); // the pool has an idle connection
            List<Future<List<String>>> waiting = IntStream.range(0, 2)
                    .mapToObj(number -> threads.submit(() -> redis.call(jedis -> jedis.blpop(60, "released"))))
                    .toList();
            await().until(() -> other.info("clients").contains("blocked_clients:2"));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> redis.call(jedis -> jedis.get("any")))
                        .isInstanceOf(RedisUnavailableException.class)
                        .hasMessageContaining("all 2 connections of this process are in use");
            }
            assertThat(redis.outage()).isEmpty(); // readiness does not depend on it
            other.rpush("released", "one", "two");
            for (Future<List<String>> one : waiting) {
                assertThat(one.get()).contains("released"); // and nobody has closed their connections
            }
            String none = redis.call(jedis -> jedis.get("any"));
            assertThat(none).isNull();
            assertThat(logs.text())
                    .containsOnlyOnce("jobs: all 2 connections of this process are in use, and none was free within")
                    .doesNotContain("unavailable");
        } finally {
            threads.shutdownNow();
        }
    }
}
