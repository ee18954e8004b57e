package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import com.fasterxml.jackson.core.JsonProcessingException;
import redis.clients.jedis.UnifiedJedis;

/**
 * Projects in Redis, so that reading one again does not need the database. A change removes the entry. Without Redis every
 * read goes to the database, and none fails because of that.
 *
 * <p>A reader that has looked into the database before a change does not write what it saw after it: a change also counts
 * up a version, and an entry is written only if that is still the one from before the look. A change that could not reach
 * Redis leaves an old entry for at most a minute, which is how long entries live.
 */
public final class ProjectCache {

    /** The way to Redis. */
    public interface Redis {

        /** Throws if Redis is not there. */
        <T> T call(Function<UnifiedJedis, T> command) throws IOException;

        /** False while it is known not to be there: then nobody waits for it. */
        boolean isAvailable();
    }

    /** Looks into the database. */
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
        } catch (IOException e) {
            return database.load(); // not there, or what it has is of another version of this program
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
        } catch (IOException e) {
            // Then it is read from the database the next time, too.
        }
    }

    /** After the change is committed. */
    void evict(long id) {
        if (!redis.isAvailable()) {
            return;
        }
        try {
            List<String> keys = List.of(key(id), version(id));
            List<String> arguments = List.of(Long.toString(10 * LIFETIME.toSeconds()));
            var unused = redis.call(jedis -> jedis.eval(EVICT, keys, arguments));
        } catch (IOException e) {
            // The entry ends by itself.
        }
    }

    private static String key(long id) {
        return "projects:" + id;
    }

    private static String version(long id) {
        return "projects:" + id + ":version";
    }
}
