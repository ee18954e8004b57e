package io.github.shutdown4j.examples.backend.jobs;

import java.util.List;
import java.util.Map;

import redis.clients.jedis.resps.StreamEntry;

/**
 * Jobs that have failed too often, for manual inspection. Each has the fields of the job, and {@code stream}, {@code
 * entry}, {@code deliveries} and {@code reason}.
 */
public final class DeadLetters {

    public static final String STREAM = "jobs:dead";

    private final RedisClient redis;

    public DeadLetters(RedisClient redis) {
        this.redis = redis;
    }

    public long count() throws RedisUnavailableException {
        return redis.call(jedis -> jedis.xlen(STREAM));
    }

    /** The oldest first. */
    public List<Map<String, String>> list(int limit) throws RedisUnavailableException {
        return redis.call(jedis -> jedis.xrange(STREAM, "-", "+", limit)).stream()
                .map(StreamEntry::getFields)
                .toList();
    }
}
