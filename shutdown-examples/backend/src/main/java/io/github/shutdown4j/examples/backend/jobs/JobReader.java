package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

import redis.clients.jedis.Jedis;

/**
 * The blocking read of a consumer, on a connection of its own, and how to end it at once.
 *
 * <p>To end it, Redis is asked to unblock the connection, which then answers as if nothing had come. Closing the
 * connection instead would lose what Redis is just sending: it would be pending for a consumer that does not know of it.
 */
final class JobReader {

    private static final long NOBODY = -1;
    private static final long PAUSE_MILLIS = 2;

    private final RedisClient redis;
    private final JobStream stream;
    private final String consumer;
    private Jedis connection; // only the reading thread knows it; null if there is none
    private long client;
    private volatile long reading = NOBODY;

    JobReader(RedisClient redis, JobStream stream, String consumer) {
        this.redis = redis;
        this.stream = stream;
        this.consumer = consumer;
    }

    /** Connects if there is no connection; true if there was none. */
    boolean connect() throws RedisUnavailableException {
        if (connection != null) {
            return false;
        }
        Jedis fresh = redis.connect();
        client = redis.watched(fresh::clientId);
        connection = fresh;
        return true;
    }

    /** Reads; comes back at once with nothing if it is {@code stopped}, or {@link #wake} is called meanwhile. */
    List<Delivery> read(int count, Duration block, BooleanSupplier stopped) throws RedisUnavailableException {
        reading = client; // before the look at "stopped", so that who stops sees one or the other
        try {
            return stopped.getAsBoolean() ? List.of() : stream.read(connection, consumer, count, block);
        } finally {
            reading = NOBODY;
        }
    }

    /** Ends a read under way. From any thread. */
    void wake() throws InterruptedException {
        long id = reading;
        try {
            // The read may be on its way and not yet be blocking: then there is nothing to unblock yet.
            while (id != NOBODY && reading == id && !redis.unblock(id)) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (RedisUnavailableException e) {
            // Then the read ends with the same.
        }
    }

    void disconnect() {
        Jedis old = connection;
        connection = null;
        if (old != null) {
            try {
                old.close();
            } catch (RuntimeException e) {
                // It was broken, that is why it is closed.
            }
        }
    }
}
