package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XClaimParams;
import redis.clients.jedis.resps.StreamConsumerInfo;
import redis.clients.jedis.resps.StreamPendingEntry;

import io.github.shutdown4j.report.ShutdownReport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The entries that the rebalance takes from other consumers, and those that it never takes. */
class JobRebalanceTest extends JobsFixture {

    private final JobTimes fast = JobTimes.defaults().fasterBy(60);

    @Test
    @DisplayName("scenario 65: a drain longer than the heartbeat limit loses no job to the rebalance")
    void aLiveJobIsNeverStolen() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Instance first = new Instance();
        first.times = JobTimes.defaults().fasterBy(20);
        first.config = Instance.limits(Duration.ofSeconds(60), Duration.ofSeconds(50));
        first.handlers.put(JobType.A, (job, context) -> {
            go.await();
            context.finish(connection -> null);
        });
        first.start();
        // A job may be idle for 3 s, a consumer without heartbeats for 4.5 s; a loaded machine stalls for less.
        submitted.submit(5, JobType.A, "{}");
        await().until(() -> SubmittedJobs.runs() == 5);
        Instance second = new Instance();
        second.times = first.times;
        second.rebalanceEvery = Duration.ofMillis(100);
        try (Instance alsoClosed = second.start()) {
            first.requestStop();
            long atTheStop = submitted.millis();
            Duration limit = first.times.deadAfter();
            await().until(() -> submitted.heartbeat(first.name) - atTheStop > limit.toMillis());
            go.countDown();
            ShutdownReport report = first.stop();
            assertThat(report.isClean()).describedAs(report.toText()).isTrue();
            assertThat(report.elapsed()).isBetween(limit, Duration.ofSeconds(60));
        }
        assertThat(SubmittedJobs.done()).isEqualTo(5);
        assertThat(SubmittedJobs.runs()).isEqualTo(5);
        submitted.assertEachInOneState(JobType.A);
    }

    @Test
    @DisplayName("scenario 65: a consumer with heartbeats keeps its idle entries, a silent one loses them")
    void heartbeatsDecideWhichConsumersAreDead() throws Exception {
        JobTimes times = new JobTimes(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofSeconds(5), // more than a loaded machine stalls
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1));
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), times);
                Jedis reader = new Jedis(Servers.REDIS)) {
            submitted.submit(JobType.A, "{}");
            assertThat(new JobStream(redis, JobType.A).read(reader, "c", 1, Duration.ofSeconds(1)))
                    .hasSize(1);
            awaitUptime(times);
            Thread.sleep(times.idle().toMillis() + 100); // this tests idle entries
            Rebalance rebalance = new Rebalance(redis, Servers.POOL, times, JobLimits::defaults);

            beat("c", redis.millis());
            rebalance.run();
            assertThat(submitted.pending(JobType.A, "c")).isEqualTo(1);

            beat("c", redis.millis() - times.deadAfter().toMillis() - 1);
            rebalance.run();
            assertThat(submitted.pending(JobType.A, "c")).isZero();
            assertThat(submitted.pending(JobType.A, JobStream.HANDED_BACK)).isEqualTo(1);
            assertThat(submitted.jedis.hkeys(Heartbeats.KEY)).isEmpty();
        }
    }

    private void beat(String consumer, long millis) {
        submitted.jedis.hset(Heartbeats.KEY, Heartbeats.field(JobType.A, consumer), Long.toString(millis));
    }

    /** While the uptime of Redis is shorter than the heartbeat limit, no consumer counts as dead. */
    private void awaitUptime(JobTimes times) {
        Pattern uptime = Pattern.compile("uptime_in_seconds:(\\d+)");
        await().until(() -> {
            Matcher matcher = uptime.matcher(submitted.jedis.info("server"));
            return matcher.find()
                    && Long.parseLong(matcher.group(1)) >= times.deadAfter().toSeconds();
        });
    }

    @Test
    @DisplayName("scenario 66: a consumer with pending entries is not deleted, without any it is")
    void onlyAConsumerWithoutEntriesIsDeleted() throws Exception {
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast);
                Jedis reader = new Jedis(Servers.REDIS)) {
            JobStream stream = new JobStream(redis, JobType.A);
            submitted.submit(JobType.A, "{}");
            Delivery delivery =
                    stream.read(reader, "c", 10, Duration.ofSeconds(1)).get(0);
            assertThat(stream.deleteIfEmpty("c")).isFalse();
            assertThat(submitted.pending(JobType.A, "c")).isEqualTo(1);
            stream.done(delivery.entry());
            assertThat(stream.deleteIfEmpty("c")).isTrue();
            assertThat(stream.consumers()).isEmpty();
        }
    }

    @Test
    @DisplayName("scenario 66: a clean stop leaves neither consumer nor heartbeat")
    void aCleanStopLeavesNoTrace() throws Exception {
        Instance instance = new Instance().start();
        submitted.submit(3, JobType.A, "{}");
        await().until(() -> SubmittedJobs.done() == 3);
        assertThat(submitted.jedis.hkeys(Heartbeats.KEY))
                .containsExactlyInAnyOrder("jobs:a|" + instance.name, "jobs:b|" + instance.name);
        assertThat(instance.stop().isClean()).isTrue();
        assertThat(submitted.jedis.xinfoConsumers2(JobType.A.stream(), JobStream.GROUP))
                .extracting(StreamConsumerInfo::getName)
                .doesNotContain(instance.name);
        assertThat(submitted.jedis.hkeys(Heartbeats.KEY)).isEmpty();
    }

    @Test
    @DisplayName("an entry that another consumer has claimed is neither touched nor returned nor dead-lettered")
    void whatAnotherHasIsLeftAlone() throws Exception {
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast);
                Jedis reader = new Jedis(Servers.REDIS)) {
            JobStream stream = new JobStream(redis, JobType.A);
            submitted.submit(JobType.A, "{}");
            var entry = stream.read(reader, "slow", 10, Duration.ofSeconds(1))
                    .get(0)
                    .entry();
            assertThat(stream.returnIdle("slow", List.of(entry), Duration.ofMinutes(1)))
                    .isZero();
            assertThat(stream.returnIdle("slow", List.of(entry), Duration.ZERO)).isEqualTo(1);
            assertThat(stream.takeHandedBack("quick", 10, 5, Duration.ZERO).deliveries())
                    .hasSize(1);
            stream.touch("slow", List.of(entry));
            assertThat(stream.handBack("slow", List.of(entry))).isZero();
            assertThat(stream.moveToDeadLetters("slow", entry, Duration.ZERO, "why not"))
                    .isFalse();
            assertThat(submitted.pending(JobType.A, "quick")).isEqualTo(1);
            assertThat(stream.pending("quick", Duration.ZERO))
                    .extracting(StreamPendingEntry::getDeliveredTimes)
                    .containsExactly(2L);
            assertThat(stream.moveToDeadLetters("quick", entry, Duration.ZERO, "tried enough"))
                    .isTrue();
            assertThat(stream.moveToDeadLetters("quick", entry, Duration.ZERO, "tried enough"))
                    .isFalse();
            assertThat(submitted.dead()).isEqualTo(1);
            submitted.assertEachInOneState(JobType.A);
        }
    }

    @Test
    @DisplayName("one instance at a time rebalances")
    void onlyOneRebalances() throws Exception {
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast);
                Jedis reader = new Jedis(Servers.REDIS);
                var other = Servers.POOL.getConnection();
                var statement = other.createStatement()) {
            submitted.submit(JobType.A, "{}");
            assertThat(new JobStream(redis, JobType.A).read(reader, "dead", 1, Duration.ofSeconds(1)))
                    .hasSize(1);
            awaitUptime(fast);
            Thread.sleep(fast.idle().toMillis() + 100); // this tests idle entries
            Rebalance rebalance = new Rebalance(redis, Servers.POOL, fast, JobLimits::defaults);
            statement.execute("select pg_advisory_lock(" + Rebalance.LOCK + ")");
            rebalance.run();
            assertThat(submitted.pending(JobType.A, "dead")).isEqualTo(1);
            statement.execute("select pg_advisory_unlock(" + Rebalance.LOCK + ")");
            rebalance.run();
            assertThat(submitted.pending(JobType.A, JobStream.HANDED_BACK)).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("a job that was done before its consumer died in its last attempt is acknowledged, no dead letter")
    void aDoneJobIsNoDeadLetter() throws Exception {
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast)) {
            String id = deliveredTo("dead", redis);
            JobRecords records = new JobRecords(Servers.POOL, fast);
            Job job = new Job(id, JobType.A, "{}");
            assertThat(records.finish(job, records.began(job, "dead"), connection -> null))
                    .isTrue();
            new Rebalance(redis, Servers.POOL, fast, () -> new JobLimits(10, 5, 1)).run();
            assertThat(submitted.dead()).isZero();
            assertThat(submitted.jedis.xlen(JobType.A.stream())).isZero();
            submitted.assertEachInOneState(JobType.A);
        }
    }

    @Test
    @DisplayName("the state of a job whose consumers died is dead, no longer running")
    void theStateOfADeadLetterIsDead() throws Exception {
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast)) {
            String id = deliveredTo("dead", redis);
            JobRecords records = new JobRecords(Servers.POOL, fast);
            records.began(new Job(id, JobType.A, "{}"), "dead");
            new Rebalance(redis, Servers.POOL, fast, () -> new JobLimits(10, 5, 1)).run();
            assertThat(submitted.dead()).isEqualTo(1);
            assertThat(records.find(id)).map(JobRecords.State::state).hasValue("dead");
        }
    }

    @Test
    @DisplayName("a job that was only fetched when its consumer died gets an attempt, but not any number of them")
    void aJobThatWasNeverBegunIsNoDeadLetterYet() throws Exception {
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast)) {
            deliveredTo("dead", redis);
            Rebalance rebalance = new Rebalance(redis, Servers.POOL, fast, () -> new JobLimits(10, 5, 1));
            rebalance.run();
            assertThat(submitted.dead()).isZero();
            List<StreamPendingEntry> returned =
                    new JobStream(redis, JobType.A).pending(JobStream.HANDED_BACK, Duration.ZERO);
            assertThat(returned)
                    .extracting(StreamPendingEntry::getDeliveredTimes)
                    .containsExactly(1L);
            idle(JobType.A, "also-dead", returned.get(0).getID(), 2);
            rebalance.run();
            assertThat(submitted.dead()).isEqualTo(1);
            submitted.assertEachInOneState(JobType.A);
        }
    }

    @Test
    @DisplayName("a stream that cannot be rebalanced does not keep the other from it")
    void aBrokenStreamDoesNotStopTheOther() throws Exception {
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast)) {
            deliveredTo("dead", JobType.B, redis);
            submitted.jedis.set(JobType.A.stream(), "not a stream");
            Rebalance rebalance = new Rebalance(redis, Servers.POOL, fast, JobLimits::defaults);
            assertThatThrownBy(rebalance::run).hasMessageContaining("WRONGTYPE");
            assertThat(submitted.pending(JobType.B, JobStream.HANDED_BACK)).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("an instance that hangs while it rebalances is replaced")
    void aLeaderThatHangsIsReplaced() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), fast)) {
            deliveredTo("dead", redis);
            FutureTask<Void> leader = new FutureTask<>(() -> {
                new Rebalance(redis, Servers.POOL, fast, () -> {
                            hangs.countDown();
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return JobLimits.defaults();
                        })
                        .run();
                return null;
            });
            new Thread(leader, "leader").start();
            hangs.await();
            Rebalance other = new Rebalance(redis, Servers.POOL, fast, JobLimits::defaults);
            try {
                await().until(() -> {
                    other.run();
                    return submitted.pending(JobType.A, JobStream.HANDED_BACK) == 1;
                });
            } finally {
                go.countDown();
            }
            assertThatThrownBy(leader::get).hasCauseInstanceOf(SQLException.class);
            assertThat(submitted.pending(JobType.A, JobStream.HANDED_BACK)).isEqualTo(1);
        }
    }

    private String deliveredTo(String consumer, RedisClient redis) throws Exception {
        return deliveredTo(consumer, JobType.A, redis);
    }

    /** A job that a consumer without heartbeats has had for long enough to count as dead. */
    private String deliveredTo(String consumer, JobType type, RedisClient redis) throws Exception {
        String id = submitted.submit(type, "{}");
        try (Jedis reader = new Jedis(Servers.REDIS)) {
            List<Delivery> read = new JobStream(redis, type).read(reader, consumer, 1, Duration.ofSeconds(1));
            assertThat(read).hasSize(1);
            idle(type, consumer, read.get(0).entry(), 1);
        }
        awaitUptime(fast);
        return id;
    }

    private void idle(JobType type, String consumer, StreamEntryID entry, int deliveries) {
        XClaimParams params =
                new XClaimParams().idle(fast.idle().toMillis() + 1).retryCount(deliveries);
        submitted.jedis.xclaim(type.stream(), JobStream.GROUP, consumer, 0, params, entry);
    }
}
