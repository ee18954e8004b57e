package io.github.shutdown4j.examples.backend.jobs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Accepts jobs. */
public final class JobQueue {

    static final String ID = "id";
    static final String PAYLOAD = "payload";

    /** For how long a job is known before it has begun. */
    private static final Duration QUEUED_KEPT = Duration.ofDays(7);

    /** For how long a job is known by its key. */
    public static final Duration KEYS_KEPT = Duration.ofDays(1);

    /**
     * Adds job ARGV[1] of type ARGV[2] with payload ARGV[3] to the stream KEYS[1], and records it as queued in KEYS[2] for
     * ARGV[4] seconds. If there is a KEYS[3], it is set to ARGV[5] for ARGV[6] seconds; if it is set already, nothing is
     * added and its value returned. XADD comes first: if it is rejected, neither key may say that the job was accepted.
     */
    private static final String ADD = """
            local known = KEYS[3] and redis.call('GET', KEYS[3])
            if known then return known end
            redis.call('XADD', KEYS[1], '*', 'id', ARGV[1], 'payload', ARGV[3])
            redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[4])
            if KEYS[3] then redis.call('SET', KEYS[3], ARGV[5], 'EX', ARGV[6]) end
            return ''
            """;

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
        return add(type, payload, Optional.empty()).orElseThrow();
    }

    /**
     * Like the other method, but a job with the same key, type and payload that was added in the last day, by any instance, is
     * not added again; its id is returned instead. So a caller may repeat a call whose result it does not know.
     *
     * @return the id; empty if the key belongs to a job of another type or payload
     * @throws RedisUnavailableException if Redis has not confirmed the job; it may have accepted it nevertheless
     */
    public Optional<String> add(JobType type, String payload, Optional<String> key) throws RedisUnavailableException {
        String id = UUID.randomUUID().toString();
        String content = fingerprint(type, payload) + " ";
        List<String> keys = new ArrayList<>(List.of(type.stream(), queuedKey(id)));
        key.ifPresent(given -> keys.add("jobs:key:" + given));
        List<String> arguments = List.of(
                id,
                type.name(),
                payload,
                Long.toString(QUEUED_KEPT.toSeconds()),
                content + id,
                Long.toString(KEYS_KEPT.toSeconds()));
        String known = (String) redis.call(jedis -> jedis.eval(ADD, keys, arguments));
        if (known.isEmpty()) {
            redis.stored();
            return Optional.of(id);
        }
        return known.startsWith(content) ? Optional.of(known.substring(content.length())) : Optional.empty();
    }

    /** The type of a job that was added in the last week; empty if there was none of this id. */
    public Optional<String> typeOf(String id) throws RedisUnavailableException {
        return Optional.ofNullable(redis.call(jedis -> jedis.get(queuedKey(id))));
    }

    private static String queuedKey(String id) {
        return "jobs:queued:" + id;
    }

    private static String fingerprint(JobType type, String payload) {
        try {
            byte[] content = (type + " " + payload).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
