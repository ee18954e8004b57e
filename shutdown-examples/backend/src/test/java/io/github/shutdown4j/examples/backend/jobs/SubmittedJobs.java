package io.github.shutdown4j.examples.backend.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XPendingParams;

import static org.assertj.core.api.Assertions.assertThat;

/** Submits jobs and counts them by state: the done ones in PostgreSQL, the others in Redis. */
final class SubmittedJobs implements AutoCloseable {

    final Jedis jedis;
    final List<String> ids = new ArrayList<>();

    SubmittedJobs(String redisUrl) {
        jedis = Servers.jedis(redisUrl);
    }

    String submit(JobType type, String payload) {
        String id = type + "-" + ids.size();
        jedis.xadd(type.stream(), XAddParams.xAddParams(), Map.of("id", id, "payload", payload));
        ids.add(id);
        return id;
    }

    void submit(int count, JobType type, String payload) {
        for (int i = 0; i < count; i++) {
            submit(type, payload);
        }
    }

    /** So that one read returns them all. */
    void submitTogether(int count, JobType type, String payload) {
        try (var all = jedis.multi()) {
            for (int i = 0; i < count; i++) {
                String id = type + "-" + ids.size();
                all.xadd(type.stream(), XAddParams.xAddParams(), Map.of("id", id, "payload", payload));
                ids.add(id);
            }
            var unused = all.exec();
        }
    }

    /** Pending under any name. */
    long pending(JobType type) {
        return jedis.xpending(type.stream(), JobStream.GROUP).getTotal();
    }

    /** Pending under this name. */
    long pending(JobType type, String consumer) {
        return jedis.xpending(type.stream(), JobStream.GROUP, new XPendingParams("-", "+", 10_000).consumer(consumer))
                .size();
    }

    /** Not delivered to any consumer. */
    long undelivered(JobType type) {
        return jedis.xlen(type.stream()) - pending(type);
    }

    long dead() {
        return jedis.xlen(DeadLetters.STREAM);
    }

    /** When this consumer of jobs A has sent its last heartbeat, in milliseconds of the clock of Redis. */
    long heartbeat(String consumer) {
        String beat = jedis.hget(Heartbeats.KEY, Heartbeats.field(JobType.A, consumer));
        assertThat(beat).describedAs("heartbeat of " + consumer).isNotNull();
        return Long.parseLong(beat);
    }

    /** By the clock of Redis, as the heartbeats. */
    long millis() {
        List<String> time = jedis.time();
        return Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
    }

    static long done() throws Exception {
        return Servers.number("select count(*) from jobs");
    }

    static long runs() throws Exception {
        return Servers.number("select count(*) from job_runs");
    }

    /** Every submitted job is in exactly one state. */
    void assertEachInOneState(JobType type) throws Exception {
        long done = Servers.number("select count(*) from jobs where type = '" + type + "'");
        assertThat(done + undelivered(type) + pending(type) + dead())
                .describedAs(
                        "done %s + undelivered %s + pending %s + dead %s of %s",
                        done, undelivered(type), pending(type), dead(), ids.size())
                .isEqualTo(ids.size());
    }

    @Override
    public void close() {
        jedis.close();
    }
}
