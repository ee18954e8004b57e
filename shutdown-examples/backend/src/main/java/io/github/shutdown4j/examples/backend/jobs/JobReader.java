package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

import redis.clients.jedis.Jedis;

/**
 * The blocking read of a consumer on its own connection, which can be ended at once.
 *
 * <p>To end a read, another connection sends CLIENT UNBLOCK, and the read returns without entries. Closing the
 * connection instead would lose entries that Redis is sending: they would be pending for a consumer that does not know
 * them.
 */
final class JobReader {

    private static final long NONE = -1;
    private static final long PAUSE_MILLIS = 2;

    private final RedisClient redis;
    private final JobStream stream;
    private final String consumer;
    private Jedis connection; // used by the reading thread only; null if there is none
    private long client;
    private volatile long reading = NONE;

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
        connection = fresh;
        client = redis.watched(fresh::clientId); // if that fails, the caller disconnects
        return true;
    }

    /** Reads; returns nothing at once if {@code stopped}, or if {@link #wake} is called meanwhile. */
    List<Delivery> read(int count, Duration block, BooleanSupplier stopped) throws RedisUnavailableException {
        reading = client; // before "stopped" is read, so that the stopping thread sees one or the other
        try {
            return stopped.getAsBoolean() ? List.of() : stream.read(connection, consumer, count, block);
        } finally {
            reading = NONE;
        }
    }

    /** Ends a read in progress. May be called by any thread. */
    void wake() throws InterruptedException {
        long id = reading;
        try {
            // The read may not be blocking yet: then there is nothing to unblock.
            while (id != NONE && reading == id && !redis.unblock(id)) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (RedisUnavailableException e) {
            // Then the read fails with the same exception.
        }
    }

    void disconnect() {
        Jedis old = connection;
        connection = null;
        if (old != null) {
            try {
                old.close();
            } catch (RuntimeException e) {
                // It is closed because it was broken.
            }
        }
    }
}
