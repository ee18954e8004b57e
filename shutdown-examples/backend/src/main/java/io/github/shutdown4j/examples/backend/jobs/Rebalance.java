package io.github.shutdown4j.examples.backend.jobs;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamPendingEntry;

import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * Returns the jobs of dead consumers to the queue, and moves jobs that have killed too many of them to the dead letters. Run by
 * {@link Cron}, on one instance at a time.
 */
public final class Rebalance implements CheckedRunnable {

    private static final Logger log = LoggerFactory.getLogger(Rebalance.class);

    /** The key of an advisory lock, not used otherwise in this database. */
    static final long LOCK = 0x6a6f6273L;

    private final RedisClient redis;
    private final DataSource database;
    private final JobTimes times;
    private final Supplier<JobLimits> limits;

    public Rebalance(RedisClient redis, DataSource database, JobTimes times, Supplier<JobLimits> limits) {
        this.redis = redis;
        this.database = database;
        this.times = times;
        this.limits = limits;
    }

    /** Runs, unless another instance is running it. */
    @Override
    public void run() throws SQLException, RedisUnavailableException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            limitLock(connection);
            // The lock ends with the transaction, and that with the session, so a dead instance does not keep it.
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select pg_try_advisory_xact_lock(" + LOCK + ")")) {
                row.next();
                if (row.getBoolean(1)) {
                    rebalance(connection);
                }
            } finally {
                connection.commit();
            }
        }
    }

    /** Otherwise an instance that hangs, or whose host has vanished, would keep the lock for hours. */
    private void limitLock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local idle_in_transaction_session_timeout = "
                    + times.deadAfter().toMillis());
        }
    }

    private void rebalance(Connection connection) throws SQLException, RedisUnavailableException {
        // During an outage of Redis no instance could send heartbeats, so all would count as dead.
        Duration untilAllHaveBeaten = times.touch().plus(times.touch()).plus(times.reconnect());
        if (uptimeSeconds() < times.deadAfter().toSeconds() || redis.outageWithin(untilAllHaveBeaten)) {
            return;
        }
        Map<String, String> heartbeats = redis.call(jedis -> jedis.hgetAll(Heartbeats.KEY));
        long deadline = redis.millis() - times.deadAfter().toMillis();
        RuntimeException failure = null;
        for (JobType type : JobType.values()) {
            try {
                rebalance(connection, new JobStream(redis, type), heartbeats, deadline);
            } catch (RuntimeException e) { // Redis rejects a command for this stream
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void rebalance(Connection connection, JobStream stream, Map<String, String> heartbeats, long deadline)
            throws SQLException, RedisUnavailableException {
        String prefix = Heartbeats.field(stream.type(), "");
        Set<String> known = new TreeSet<>(stream.consumers());
        heartbeats.keySet().stream()
                .filter(field -> field.startsWith(prefix))
                .forEach(field -> known.add(field.substring(prefix.length())));
        for (String consumer : known) {
            String beat = heartbeats.getOrDefault(prefix + consumer, "0");
            if (!consumer.equals(JobStream.HANDED_BACK) && Long.parseLong(beat) < deadline) {
                inherit(connection, stream, consumer);
            }
        }
    }

    private void inherit(Connection connection, JobStream stream, String dead)
            throws SQLException, RedisUnavailableException {
        List<StreamEntryID> orphans = new ArrayList<>();
        int limit = limits.get().deliveries();
        for (StreamPendingEntry entry : stream.pending(dead, times.idle())) {
            if (entry.getDeliveredTimes() < limit || isUntried(connection, stream, entry, limit)) {
                orphans.add(entry.getID());
            } else {
                giveUp(connection, stream, dead, entry.getID());
            }
        }
        long count = stream.returnIdle(dead, orphans, times.idle());
        if (count > 0) {
            log.info("jobs {}: {} entries of dead consumer {} returned to the queue", stream.type(), count, dead);
        }
        if (stream.deleteIfEmpty(dead)) {
            var unused = redis.call(jedis -> jedis.hdel(Heartbeats.KEY, Heartbeats.field(stream.type(), dead)));
        }
    }

    /**
     * Whether the job was only fetched and never begun, as beside others in its only delivery. It gets one more, alone; not
     * any number, because a job may kill the process before it begins.
     */
    private static boolean isUntried(Connection connection, JobStream stream, StreamPendingEntry entry, int limit)
            throws SQLException, RedisUnavailableException {
        Optional<Job> job = find(stream, entry.getID());
        return entry.getDeliveredTimes() == limit && job.isPresent() && !JobRecords.hasBegun(connection, job.get());
    }

    /** No more attempts; but the last consumer may have died between the end of the job and its acknowledgement. */
    private void giveUp(Connection connection, JobStream stream, String dead, StreamEntryID entry)
            throws SQLException, RedisUnavailableException {
        Optional<Job> job = find(stream, entry);
        if (job.isPresent() && JobRecords.isDone(connection, job.get())) {
            log.info(
                    "job {} was already done, acknowledged without running it again",
                    job.get().id());
            stream.done(entry);
        } else if (stream.moveToDeadLetters(dead, entry, times.idle(), "its consumers died")) {
            log.warn("jobs {}: {} becomes a dead letter, its consumers died", stream.type(), entry);
            if (job.isPresent()) {
                JobRecords.died(connection, job.get());
            }
        }
    }

    /** Empty if the entry was deleted, or if PostgreSQL can have no records of the job; no other text is impossible there. */
    private static Optional<Job> find(JobStream stream, StreamEntryID entry) throws RedisUnavailableException {
        return stream.job(entry).filter(job -> job.id().indexOf('\0') < 0);
    }

    private long uptimeSeconds() throws RedisUnavailableException {
        String key = "uptime_in_seconds:";
        return Arrays.stream(redis.call(jedis -> jedis.info("server")).split("\r\n"))
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.substring(key.length())))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }
}
