package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * The connections to Redis. Distinguishes outages from rejected commands. Connects at the first use and reconnects after a loss.
 *
 * <p>Every wait for a response is bounded, so that a Redis that hangs does not delay a shutdown.
 */
public final class RedisClient implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RedisClient.class);

    private static final int ANSWER_MILLIS = 2_000;
    private static final int MOST_CONNECTIONS = 64;

    private final URI uri;
    private final JedisClientConfig config;
    private final redis.clients.jedis.RedisClient client;
    private final AvailabilityLog availability = new AvailabilityLog("Redis");
    private final int connections;
    private final AtomicBoolean logged = new AtomicBoolean();

    /** For up to 64 threads. */
    public RedisClient(URI uri, JobTimes times) {
        this(uri, times, MOST_CONNECTIONS);
    }

    /**
     * @param times how long reads block
     * @param connections at least as many as there are threads that run commands: a thread that finds none in two seconds
     *     fails as if Redis were unavailable. They are opened when they are needed.
     */
    public RedisClient(URI uri, JobTimes times, int connections) {
        this.uri = uri;
        this.connections = connections;
        config = DefaultJedisClientConfig.builder(uri)
                .autoNegotiateProtocol(false) // one protocol for both kinds of connections, without a warning
                .timeoutMillis(ANSWER_MILLIS)
                .blockingSocketTimeoutMillis((int) times.block().toMillis() + ANSWER_MILLIS)
                .build();
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(connections);
        pool.setMaxWait(Duration.ofMillis(ANSWER_MILLIS));
        client = redis.clients.jedis.RedisClient.builder()
                .hostAndPort(JedisURIHelper.getHostAndPort(uri))
                .clientConfig(config)
                .poolConfig(pool)
                .build();
    }

    /**
     * Runs a command.
     *
     * @throws RedisUnavailableException if Redis is unavailable; whether it has run the command is unknown then
     */
    public <T> T call(Function<UnifiedJedis, T> command) throws RedisUnavailableException {
        return watched(() -> command.apply(client));
    }

    /**
     * Runs a command that writes. Only its success ends an outage: a Redis without memory, disk or replicas still answers
     * reads, and if those ended the outage, every write would log a new one.
     *
     * @throws RedisUnavailableException if Redis is unavailable; whether it has run the command is unknown then
     */
    public <T> T store(Function<UnifiedJedis, T> command) throws RedisUnavailableException {
        T result = call(command);
        stored();
        return result;
    }

    /** A command has written, as after {@link #store}. */
    void stored() {
        availability.available();
    }

    /**
     * Checks that Redis is available.
     *
     * @throws RedisUnavailableException if it does not respond, or has rejected a write and accepted none since
     */
    public void check() throws RedisUnavailableException {
        var unused = call(UnifiedJedis::ping);
        Optional<String> reason = outage();
        if (reason.isPresent()) {
            throw new RedisUnavailableException(reason.get());
        }
    }

    /** The last outage, if no write has succeeded since. */
    public Optional<String> outage() {
        return availability.outage();
    }

    /** Whether there is an outage, or one has ended less than so long ago. */
    boolean outageWithin(Duration time) {
        return availability.isRecent(time);
    }

    /** The clock of Redis, because the clocks of two machines may differ by more than a heartbeat. */
    long millis() throws RedisUnavailableException {
        var time = new CommandObject<>(new CommandArguments(Protocol.Command.TIME), BuilderFactory.STRING_LIST);
        List<String> secondsAndMicros = call(jedis -> jedis.executeCommand(time));
        return Long.parseLong(secondsAndMicros.get(0)) * 1_000 + Long.parseLong(secondsAndMicros.get(1)) / 1_000;
    }

    /** Unblocks the read of a connection, as after its timeout; false if it does not block. */
    boolean unblock(long connection) throws RedisUnavailableException {
        CommandArguments arguments =
                new CommandArguments(Protocol.Command.CLIENT).add("UNBLOCK").add(connection);
        return call(jedis -> jedis.executeCommand(new CommandObject<>(arguments, BuilderFactory.LONG))) == 1;
    }

    /** A separate connection, for a blocking read. */
    Jedis connect() throws RedisUnavailableException {
        return watched(() -> {
            Jedis jedis = new Jedis(JedisURIHelper.getHostAndPort(uri), config);
            jedis.connect();
            return jedis;
        });
    }

    /** Runs the command and classifies errors. A success does not mean that Redis accepts writes. */
    <T> T watched(Supplier<T> command) throws RedisUnavailableException {
        try {
            return command.get();
        } catch (JedisException e) {
            Throwable reason = RedisErrors.unavailability(e).orElseThrow(() -> e);
            if (RedisErrors.isPoolExhausted(reason)) {
                throw exhausted();
            }
            availability.unavailable(reason);
            client.getPool().clear(); // the idle connections are broken as well
            throw new RedisUnavailableException(reason);
        }
    }

    /** Says nothing about Redis, so it neither begins an outage nor closes connections. */
    private RedisUnavailableException exhausted() {
        String reason = "all " + connections + " connections of this process are in use";
        if (logged.compareAndSet(false, true)) {
            log.warn("jobs: {}, and none was free within {} ms", reason, ANSWER_MILLIS);
        }
        return new RedisUnavailableException(reason);
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
