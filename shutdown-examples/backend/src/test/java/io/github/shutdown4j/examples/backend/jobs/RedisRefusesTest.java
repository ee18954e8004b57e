package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A Redis that answers but temporarily rejects writes, for each possible reason. */
class RedisRefusesTest {

    enum Refusal {
        READONLY {
            @Override
            void begin(Jedis jedis, RedisProcess redis) {
                jedis.replicaof("127.0.0.1", 1); // a port that is not open
            }

            @Override
            void end(Jedis jedis, RedisProcess redis) {
                jedis.replicaofNoOne();
            }
        },
        NOREPLICAS {
            @Override
            void begin(Jedis jedis, RedisProcess redis) {
                jedis.configSet("min-replicas-to-write", "1");
            }

            @Override
            void end(Jedis jedis, RedisProcess redis) {
                jedis.configSet("min-replicas-to-write", "0");
            }
        },
        OOM {
            @Override
            void begin(Jedis jedis, RedisProcess redis) {
                jedis.configSet("maxmemory", "1");
            }

            @Override
            void end(Jedis jedis, RedisProcess redis) {
                jedis.configSet("maxmemory", "0");
            }
        },
        MISCONF {
            @Override
            void begin(Jedis jedis, RedisProcess redis) {
                redis.failSnapshot();
            }

            @Override
            void end(Jedis jedis, RedisProcess redis) {
                redis.saveSnapshot();
            }
        };

        abstract void begin(Jedis jedis, RedisProcess redis);

        abstract void end(Jedis jedis, RedisProcess redis);
    }

    @TempDir
    private Path directory;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(AvailabilityLog.class);
    private RedisProcess redis;
    private SubmittedJobs submitted;

    @BeforeEach
    void start() throws Exception {
        Servers.empty();
        redis = new RedisProcess(directory);
        submitted = new SubmittedJobs(redis.url());
        logged.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() throws Exception {
        logger.detachAppender(logged);
        logger.setLevel(null);
        submitted.close();
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void aSettlementIsRepeatedUntilItIsTakenAndOrdersAreRefused(Refusal refusal) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Instance instance = new Instance(redis.url(), Servers.POOL);
        instance.times = JobTimes.defaults().fasterBy(10);
        instance.handlers.put(JobType.A, (job, context) -> {
            begun.countDown();
            go.await();
            context.finish(connection -> null);
        });
        try (Instance alsoClosed = instance.start();
                RedisClient client = new RedisClient(URI.create(redis.url()), instance.times)) {
            JobQueue queue = new JobQueue(client);
            String first = queue.add(JobType.A, "{}");
            begun.await();
            refusal.begin(submitted.jedis, redis);
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> queue.add(JobType.A, "{}"))
                        .isInstanceOf(RedisUnavailableException.class)
                        .hasMessageContaining(refusal.name());
                var unused = client.call(jedis -> jedis.get("anything")); // a read, which succeeds
            }
            assertThat(client.outage())
                    .hasValueSatisfying(reason -> assertThat(reason).contains(refusal.name()));
            assertThatThrownBy(client::check).hasMessageContaining(refusal.name());
            go.countDown();
            await().until(() -> SubmittedJobs.done() == 1);
            await().until(() -> lines("is unavailable").size() >= 1);
            refusal.end(submitted.jedis, redis);

            await().until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);
            assertThat(queue.add(JobType.A, "{}")).isNotEmpty();
            client.check();
            await().until(() -> SubmittedJobs.done() == 2);
            assertThat(Servers.number("select count(*) from job_runs where job_id = '" + first + "'"))
                    .isEqualTo(1);
            await().until(() -> instance.consumers.get(JobType.A).stall().isEmpty());
        }
        // From two clients, the instance's and the test's: one line for each outage, and one at its end.
        assertThat(lines("is unavailable")).hasSizeBetween(1, 2);
        assertThat(lines("reconnected")).hasSizeBetween(1, 2);
    }

    private List<String> lines(String part) {
        return new ArrayList<>(logged.list)
                .stream()
                        .map(ILoggingEvent::getFormattedMessage)
                        .filter(line -> line.contains(part))
                        .toList();
    }

    @Test
    void noRoomForAnotherClientIsAnOutageToo() throws Exception {
        submitted.jedis.configSet("maxclients", "1");
        try (RedisClient client = new RedisClient(URI.create(redis.url()), JobTimes.defaults())) {
            assertThatThrownBy(() -> new JobQueue(client).add(JobType.A, "{}"))
                    .isInstanceOf(RedisUnavailableException.class);
            submitted.jedis.configSet("maxclients", "100");
            assertThat(new JobQueue(client).add(JobType.A, "{}")).isNotEmpty();
        }
    }

    @Test
    void aMistakeIsNoOutage() throws Exception {
        submitted.jedis.set(JobType.A.stream(), "not a stream");
        try (RedisClient client = new RedisClient(URI.create(redis.url()), JobTimes.defaults())) {
            assertThatThrownBy(() -> new JobQueue(client).add(JobType.A, "{}"))
                    .isInstanceOf(JedisException.class)
                    .hasMessageContaining("WRONGTYPE");
            assertThat(client.outage()).isEmpty();
        }
    }

    @Test
    void aStalledConsumerIsReportedAndContinuesWhenItCan() throws Exception {
        Instance instance = new Instance(redis.url(), Servers.POOL);
        instance.times = JobTimes.defaults().fasterBy(20);
        try (Instance alsoClosed = instance.start()) {
            submitted.jedis.del(JobType.A.stream());
            submitted.jedis.set(JobType.A.stream(), "not a stream");
            JobConsumer consumer = instance.consumers.get(JobType.A);
            // Redis 7 first reports that the stream does not exist, and only then the wrong type.
            await().until(() -> consumer.stall()
                    .filter(stall -> stall.reason().contains("WRONGTYPE"))
                    .isPresent());
            assertThat(instance.consumers.get(JobType.B).stall()).isEmpty();
            submitted.jedis.del(JobType.A.stream());
            await().until(() -> consumer.stall().isEmpty());
            submitted.submit(JobType.A, "{}");
            await().until(() -> SubmittedJobs.done() == 1);
        }
    }
}
