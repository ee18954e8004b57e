package io.github.shutdown4j.examples.backend.jobs;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Decides whether an error is temporary: no connection, or an error that says that Redis cannot serve at present. All
 * other errors are mistakes in the program or the configuration, for which a retry does not help.
 */
final class RedisErrors {

    /**
     * It loads its data, is busy, is a replica (after a fail-over), has too few replicas, no disk, no memory, or no room
     * for another client. Redis 6 prefixes the error of a command in a script with another text.
     */
    private static final Pattern TEMPORARY = Pattern.compile(
            "(ERR Error running script.*-)?(LOADING|BUSY|MASTERDOWN|READONLY|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|MISCONF|OOM"
                    + "|UNBLOCKED|ERR max number of clients)\\b.*",
            Pattern.DOTALL);

    private RedisErrors() {}

    /** The temporary error in the chain of causes, because the pool wraps the errors of its connections. */
    static Optional<Throwable> unavailability(Throwable error) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause)
                .limit(10)
                .filter(RedisErrors::isTemporary)
                .findFirst();
    }

    /** The pool had no connection in time, and none was opened because all are in use. */
    static boolean isPoolExhausted(Throwable error) {
        return error instanceof NoSuchElementException;
    }

    private static boolean isTemporary(Throwable error) {
        return error instanceof JedisConnectionException
                || isPoolExhausted(error)
                || (error instanceof JedisDataException
                        && TEMPORARY.matcher(String.valueOf(error.getMessage())).matches());
    }
}
