package io.github.shutdown4j.examples.backend.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XPendingParams;

import static org.assertj.core.api.Assertions.assertThat;

/** Orders jobs and counts where they are: done by PostgreSQL, the rest by Redis. */
final class Books implements AutoCloseable {

    final Jedis jedis;
    final List<String> ordered = new ArrayList<>();

    Books(String redisUrl) {
        jedis = Servers.jedis(redisUrl);
    }

    String order(JobType type, String payload) {
        String id = type + "-" + ordered.size();
        jedis.xadd(type.stream(), XAddParams.xAddParams(), Map.of("id", id, "payload", payload));
        ordered.add(id);
        return id;
    }

    void order(int count, JobType type, String payload) {
        for (int i = 0; i < count; i++) {
            order(type, payload);
        }
    }

    /** So that one read gets them all. */
    void orderTogether(int count, JobType type, String payload) {
        try (var all = jedis.multi()) {
            for (int i = 0; i < count; i++) {
                String id = type + "-" + ordered.size();
                all.xadd(type.stream(), XAddParams.xAddParams(), Map.of("id", id, "payload", payload));
                ordered.add(id);
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

    /** Not delivered to anybody. */
    long fresh(JobType type) {
        return jedis.xlen(type.stream()) - pending(type);
    }

    long dead() {
        return jedis.xlen(DeadLetters.STREAM);
    }

    static long done() throws Exception {
        return Servers.number("select count(*) from jobs");
    }

    static long runs() throws Exception {
        return Servers.number("select count(*) from job_runs");
    }

    /** Every job that was ordered is in exactly one place. */
    void balance(JobType type) throws Exception {
        long done = Servers.number("select count(*) from jobs where type = '" + type + "'");
        assertThat(done + fresh(type) + pending(type) + dead())
                .describedAs(
                        "done %s + fresh %s + pending %s + dead %s of %s",
                        done, fresh(type), pending(type), dead(), ordered.size())
                .isEqualTo(ordered.size());
    }

    @Override
    public void close() {
        jedis.close();
    }
}
