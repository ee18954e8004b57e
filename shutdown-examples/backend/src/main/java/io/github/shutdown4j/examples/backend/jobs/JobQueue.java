package io.github.shutdown4j.examples.backend.jobs;

import java.util.Map;
import java.util.UUID;

import redis.clients.jedis.params.XAddParams;

/** Accepts jobs. */
public final class JobQueue {

    static final String ID = "id";
    static final String PAYLOAD = "payload";

    private final RedisClient redis;

    public JobQueue(RedisClient redis) {
        this.redis = redis;
    }

    /**
     * Adds a job to the stream; when this has returned, the job will be done.
     *
     * @return its id
     * @throws RedisUnavailableException if Redis has not confirmed the job; it may have accepted it nevertheless
     */
    public String add(JobType type, String payload) throws RedisUnavailableException {
        return add(UUID.randomUUID().toString(), type, payload);
    }

    /** Like the other method, with the caller's id, which must be new. */
    public String add(String id, JobType type, String payload) throws RedisUnavailableException {
        Map<String, String> fields = Map.of(ID, id, PAYLOAD, payload);
        var unused = redis.store(jedis -> jedis.xadd(type.stream(), XAddParams.xAddParams(), fields));
        return id;
    }
}
