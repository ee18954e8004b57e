package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonProcessingException;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Caches projects in Redis. A change removes the entry. If Redis is unavailable, projects are read from the database.
 *
 * <p>A reader that has read the database before a change does not store its result after it: a change increments a version, and
 * an entry is written only if the version has not changed since before the read. If a change cannot reach Redis, an outdated
 * entry remains for at most a minute, the lifetime of entries.
 */
public final class ProjectCache {

    /** The access to Redis. */
    public interface Redis {

        /** Throws if Redis is unavailable. */
        <T> T call(Function<UnifiedJedis, T> command) throws IOException;

        /** False during a known outage, so that callers do not wait. */
        boolean isAvailable();
    }

    /** Reads from the database. */
    interface Loader {
        Optional<Project> load() throws SQLException;
    }

    private static final Duration LIFETIME = Duration.ofMinutes(1);

    private static final String PUT = """
            if (redis.call('GET', KEYS[2]) or '0') == ARGV[1] then
              redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
            end
            """;

    private static final String EVICT = """
            redis.call('INCR', KEYS[2])
            redis.call('EXPIRE', KEYS[2], ARGV[1])
            redis.call('DEL', KEYS[1])
            """;

    private final Redis redis;

    public ProjectCache(Redis redis) {
        this.redis = redis;
    }

    Optional<Project> find(long id, Loader database) throws SQLException {
        if (!redis.isAvailable()) {
            return database.load();
        }
        String version;
        try {
            List<String> cached = redis.call(jedis -> jedis.mget(key(id), version(id)));
            if (cached.get(0) != null) {
                return Optional.of(Body.MAPPER.readValue(cached.get(0), Project.class));
            }
            version = cached.get(1) == null ? "0" : cached.get(1);
        } catch (IOException | JedisException e) {
            return database.load(); // no answer, a refusal, or an entry of another version of this program
        }
        Optional<Project> found = database.load();
        if (found.isPresent()) {
            put(found.get(), version);
        }
        return found;
    }

    private void put(Project project, String version) {
        try {
            String json = Body.MAPPER.writeValueAsString(project);
            List<String> keys = List.of(key(project.id()), version(project.id()));
            List<String> arguments = List.of(version, json, Long.toString(LIFETIME.toSeconds()));
            var unused = redis.call(jedis -> jedis.eval(PUT, keys, arguments));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException | JedisException e) {
            // The next read also goes to the database.
        }
    }

    /** Called after the change was committed. */
    void evict(long id) {
        if (!redis.isAvailable()) {
            return;
        }
        try {
            List<String> keys = List.of(key(id), version(id));
            List<String> arguments = List.of(Long.toString(10 * LIFETIME.toSeconds()));
            var unused = redis.call(jedis -> jedis.eval(EVICT, keys, arguments));
        } catch (IOException | JedisException e) {
            // The entry expires.
        }
    }

    private static String key(long id) {
        return "projects:" + id;
    }

    private static String version(long id) {
        return "projects:" + id + ":version";
    }
}
