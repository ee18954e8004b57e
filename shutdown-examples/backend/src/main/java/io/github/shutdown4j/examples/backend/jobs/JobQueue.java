package io.github.shutdown4j.examples.backend.jobs;

import java.util.Map;
import java.util.UUID;

import redis.clients.jedis.params.XAddParams;

/** Where jobs are ordered. */
public final class JobQueue {

    static final String ID = "id";
    static final String PAYLOAD = "payload";

    private final RedisClient redis;

    public JobQueue(RedisClient redis) {
        this.redis = redis;
    }

    /**
     * Puts a job into the stream; once this has returned it will be done.
     *
     * @return its id
     * @throws RedisUnavailableException if Redis has not said that it has the job; it may have it all the same
     */
    public String add(JobType type, String payload) throws RedisUnavailableException {
        return add(UUID.randomUUID().toString(), type, payload);
    }

    /** The same for an id that nobody else has. */
    public String add(String id, JobType type, String payload) throws RedisUnavailableException {
        Map<String, String> fields = Map.of(ID, id, PAYLOAD, payload);
        var unused = redis.store(jedis -> jedis.xadd(type.stream(), XAddParams.xAddParams(), fields));
        return id;
    }
}
