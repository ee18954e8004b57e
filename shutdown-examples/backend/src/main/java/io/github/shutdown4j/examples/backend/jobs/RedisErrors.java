package io.github.shutdown4j.examples.backend.jobs;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The one place that decides whether an error means "not now": no connection, or an answer that says that Redis will be
 * able to later. Anything else is a mistake of ours or of the set-up, which waiting does not mend.
 */
final class RedisErrors {

    /**
     * It loads its data, is busy, is a replica (after a fail-over), has too few replicas, no disk, no memory, or no room
     * for another client. Redis 6 puts the error of a command in a script behind a text of its own.
     */
    private static final Pattern TEMPORARY = Pattern.compile(
            "(ERR Error running script.*-)?(LOADING|BUSY|MASTERDOWN|READONLY|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|MISCONF|OOM"
                    + "|UNBLOCKED|ERR max number of clients)\\b.*",
            Pattern.DOTALL);

    private RedisErrors() {}

    /** The cause that says so, somewhere in the chain: the pool wraps what its connections meet. */
    static Optional<Throwable> unavailability(Throwable error) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause)
                .limit(10)
                .filter(RedisErrors::isTemporary)
                .findFirst();
    }

    private static boolean isTemporary(Throwable error) {
        return error instanceof JedisConnectionException
                || error instanceof NoSuchElementException // the pool had no connection in time
                || (error instanceof JedisDataException
                        && TEMPORARY.matcher(String.valueOf(error.getMessage())).matches());
    }
}
