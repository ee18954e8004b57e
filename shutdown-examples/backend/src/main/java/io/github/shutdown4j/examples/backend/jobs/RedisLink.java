package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * The way to Redis: tells "it is away" from "it says no". Connects when it is first used, and again after a loss.
 *
 * <p>Every wait for an answer is bounded, so that a Redis that hangs cannot hold up a shutdown.
 */
public final class RedisLink implements AutoCloseable {

    private static final int ANSWER_MILLIS = 2_000;
    private static final int MOST_CONNECTIONS = 64; // more than there are threads, so none ever waits for one
    /** How Redis says that it will be able to later: it loads, is busy, has no disk (MISCONF), no memory (OOM). */
    private static final Pattern NOT_NOW = Pattern.compile(
            "(ERR Error running script.*-)?(LOADING|BUSY|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|MISCONF|OOM)"
                    + "\\b.*",
            Pattern.DOTALL);

    private final URI uri;
    private final JedisClientConfig config;
    private final RedisClient client;
    private final Presence presence = new Presence("Redis");

    /** @param times how long reads block */
    public RedisLink(URI uri, JobTimes times) {
        this.uri = uri;
        config = DefaultJedisClientConfig.builder(uri)
                .autoNegotiateProtocol(false) // one protocol for both kinds of connections, without a warning
                .timeoutMillis(ANSWER_MILLIS)
                .blockingSocketTimeoutMillis((int) times.block().toMillis() + ANSWER_MILLIS)
                .build();
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(MOST_CONNECTIONS);
        client = RedisClient.builder()
                .hostAndPort(JedisURIHelper.getHostAndPort(uri))
                .clientConfig(config)
                .poolConfig(pool)
                .build();
    }

    /**
     * Runs a command.
     *
     * @throws RedisAwayException if Redis is away; whether it has run the command is unknown then
     */
    public <T> T call(Function<UnifiedJedis, T> command) throws RedisAwayException {
        return watched(() -> command.apply(client));
    }

    /** The clock of Redis: those of two machines may differ by more than a heartbeat. */
    long millis() throws RedisAwayException {
        var time = new CommandObject<>(new CommandArguments(Protocol.Command.TIME), BuilderFactory.STRING_LIST);
        List<String> secondsAndMicros = call(jedis -> jedis.executeCommand(time));
        return Long.parseLong(secondsAndMicros.get(0)) * 1_000 + Long.parseLong(secondsAndMicros.get(1)) / 1_000;
    }

    /** Ends the read in which a connection blocks, as if its time were up; false if it does not block. */
    boolean unblock(long connection) throws RedisAwayException {
        CommandArguments arguments =
                new CommandArguments(Protocol.Command.CLIENT).add("UNBLOCK").add(connection);
        return call(jedis -> jedis.executeCommand(new CommandObject<>(arguments, BuilderFactory.LONG))) == 1;
    }

    /** A connection of one's own, for a read that blocks. */
    Jedis connect() throws RedisAwayException {
        return watched(() -> {
            Jedis jedis = new Jedis(JedisURIHelper.getHostAndPort(uri), config);
            jedis.connect();
            return jedis;
        });
    }

    <T> T watched(Supplier<T> command) throws RedisAwayException {
        try {
            T result = command.get();
            presence.seen();
            return result;
        } catch (JedisException e) {
            if (!isAway(e)) {
                throw e;
            }
            presence.lost(e);
            client.getPool().clear(); // the idle connections are as dead as this one
            throw new RedisAwayException(e);
        }
    }

    private static boolean isAway(JedisException e) {
        return e instanceof JedisConnectionException
                || (e instanceof JedisDataException
                        && NOT_NOW.matcher(String.valueOf(e.getMessage())).matches());
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "link to " + JedisURIHelper.getHostAndPort(uri);
    }
}
