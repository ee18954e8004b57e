package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Submissions that are repeated with the same key. */
class JobQueueTest {

    private static final Optional<String> KEY = Optional.of("key-1");

    @TempDir
    private Path directory;

    private static RedisClient client(RedisProcess redis) {
        return new RedisClient(URI.create(redis.url()), JobTimes.defaults());
    }

    @Test
    void instancesThatGetTheSameSubmissionAtOnceMakeOneJobWhichIsKnownAfterARestartOfRedis() throws Exception {
        try (RedisProcess redis = new RedisProcess(directory);
                RedisClient one = client(redis);
                RedisClient other = client(redis)) {
            List<JobQueue> instances = List.of(new JobQueue(one), new JobQueue(other));
            Set<String> ids = atOnce(8, number -> instances.get(number % 2).add(JobType.A, "{}", KEY));
            assertThat(ids).hasSize(1);
            try (Jedis jedis = new Jedis(redis.url())) {
                assertThat(jedis.xlen("jobs:a")).isEqualTo(1);
                assertThat(jedis.ttl("jobs:key:key-1")).isBetween(86_000L, 86_400L);
            }

            redis.kill();
            redis.start();
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(instances.get(0).add(JobType.A, "{}", KEY))
                            .isEqualTo(Optional.of(ids.iterator().next())));
            try (Jedis jedis = new Jedis(redis.url())) {
                assertThat(jedis.xlen("jobs:a")).isEqualTo(1);
                jedis.del("jobs:key:key-1"); // as after a day
                assertThat(instances.get(0).add(JobType.A, "{}", KEY))
                        .isNotEqualTo(Optional.of(ids.iterator().next()));
                assertThat(jedis.xlen("jobs:a")).isEqualTo(2);
            }
        }
    }

    @Test
    void aKeyOfAnotherJobIsRefused() throws Exception {
        try (RedisProcess redis = new RedisProcess(directory);
                RedisClient client = client(redis)) {
            JobQueue queue = new JobQueue(client);
            assertThat(queue.add(JobType.A, "{\"ms\":1}", KEY)).isPresent();
            assertThat(queue.add(JobType.A, "{\"ms\":2}", KEY)).isEmpty();
            assertThat(queue.add(JobType.B, "{\"ms\":1}", KEY)).isEmpty();
            assertThat(queue.add(JobType.A, "{\"ms\":1}", Optional.of("key-2"))).isPresent();
            try (Jedis jedis = new Jedis(redis.url())) {
                assertThat(jedis.xlen("jobs:a")).isEqualTo(2);
                assertThat(jedis.exists("jobs:b")).isFalse();
            }
        }
    }

    /** Otherwise the repetition would be answered with the id of a job that nobody does. */
    @Test
    void aKeyIsUnknownIfItsJobWasRejected() throws Exception {
        try (RedisProcess redis = new RedisProcess(directory);
                RedisClient client = client(redis);
                Jedis jedis = new Jedis(redis.url())) {
            JobQueue queue = new JobQueue(client);
            jedis.set("jobs:a", "no stream");
            assertThatThrownBy(() -> queue.add(JobType.A, "{}", KEY))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageContaining("WRONGTYPE");
            assertThat(jedis.keys("jobs:*")).containsExactly("jobs:a");
            jedis.del("jobs:a");
            assertThat(queue.add(JobType.A, "{}", KEY)).isPresent();
            assertThat(jedis.xlen("jobs:a")).isEqualTo(1);
        }
    }

    private interface Submission {
        Optional<String> run(int number) throws Exception;
    }

    private static Set<String> atOnce(int count, Submission submission) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            CyclicBarrier together = new CyclicBarrier(count);
            List<Callable<String>> tasks = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                tasks.add(() -> {
                    together.await(30, TimeUnit.SECONDS);
                    return submission.run(number).orElseThrow();
                });
            }
            Set<String> ids = new HashSet<>();
            for (Future<String> id : threads.invokeAll(tasks)) {
                ids.add(id.get());
            }
            return ids;
        } finally {
            threads.shutdownNow();
        }
    }
}
