package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamConsumerInfo;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.StreamPendingEntry;

/** The stream of one type of jobs and the operations on its entries. Stateless. */
final class JobStream {

    private static final Logger log = LoggerFactory.getLogger(JobStream.class);

    static final String GROUP = "workers";

    /** Not a consumer, but the name under which returned entries wait for a consumer. */
    static final String HANDED_BACK = "handed-back";

    /**
     * Returned entries get an idle time of more than eleven days. Consumers claim entries that are idle for that long;
     * no others ever are.
     */
    static final Duration HANDED_BACK_IDLE = Duration.ofSeconds(1_000_000);

    private static final int MANY = 10_000;

    /** Instead of a number of deliveries. */
    private static final String ANY = "";

    private final RedisClient redis;
    private final JobType type;

    JobStream(RedisClient redis, JobType type) {
        this.redis = redis;
        this.type = type;
    }

    JobType type() {
        return type;
    }

    /** Reads new entries, waiting for them if there are none; {@code reader} belongs to the caller. */
    List<Delivery> read(Jedis reader, String consumer, int count, Duration block) throws RedisUnavailableException {
        XReadGroupParams params =
                XReadGroupParams.xReadGroupParams().count(count).block((int) block.toMillis());
        var streams = Map.of(type.stream(), StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
        var answer = withGroup(() -> redis.watched(() -> reader.xreadGroup(GROUP, consumer, params, streams)));
        return answer == null || answer.isEmpty()
                ? List.of()
                : deliveries(answer.get(0).getValue());
    }

    /**
     * Entries that were handed back.
     *
     * @param deliveries those that were claimed; none if there is a last attempt
     * @param lastAttempt an entry whose next delivery is its last, which is reserved and not claimed
     */
    record HandedBack(List<Delivery> deliveries, Optional<StreamEntryID> lastAttempt) {}

    /**
     * Claims entries that were handed back, the oldest first.
     *
     * @param limit the number of deliveries of an entry
     * @param reserved for how long a last attempt is not offered to others
     */
    HandedBack takeHandedBack(String consumer, int count, int limit, Duration reserved)
            throws RedisUnavailableException {
        List<String> arguments = List.of(
                GROUP,
                consumer,
                Long.toString(HANDED_BACK_IDLE.toMillis()),
                Integer.toString(count),
                HANDED_BACK,
                Integer.toString(limit),
                Long.toString(HANDED_BACK_IDLE.minus(reserved).toMillis()));
        List<?> answer = script(JobScripts.CLAIM, List.of(type.stream()), arguments, List.of());
        Optional<StreamEntryID> last =
                answer.size() > 2 ? Optional.of(new StreamEntryID((String) answer.get(2))) : Optional.empty();
        return new HandedBack(claimed(answer), last);
    }

    /** Reserves an entry that was handed back for longer; does nothing if somebody has claimed it. */
    void reserve(StreamEntryID entry, Duration time) throws RedisUnavailableException {
        var unused = move(HANDED_BACK, List.of(entry), Duration.ZERO, HANDED_BACK_IDLE.minus(time), 0, ANY);
    }

    /** Claims an entry that was reserved; nothing if somebody else has claimed it. */
    List<Delivery> takeReserved(String consumer, StreamEntryID entry) throws RedisUnavailableException {
        List<String> arguments = List.of(GROUP, consumer, entry.toString(), HANDED_BACK);
        return claimed(script(JobScripts.CLAIM_ONE, List.of(type.stream()), arguments, List.of()));
    }

    private List<Delivery> claimed(List<?> answer) {
        return ((List<?>) answer.get(0)).stream().map(this::delivery).toList();
    }

    /** An entry as a script returns it: the id, then names and values alternating, then the number of its delivery. */
    private Delivery delivery(Object entry) {
        List<?> idAndFields = (List<?>) entry;
        List<?> parts = (List<?>) idAndFields.get(1);
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            fields.put((String) parts.get(i), (String) parts.get(i + 1));
        }
        return Delivery.of(type, new StreamEntry(new StreamEntryID((String) idAndFields.get(0)), fields), (Long)
                idAndFields.get(2));
    }

    /**
     * The job is done: its entry is acknowledged and deleted. Acknowledged entries must be deleted at some point; a
     * limit of the stream's length would also delete them, but in a long stream it would delete undelivered entries as
     * well.
     */
    void done(StreamEntryID entry) throws RedisUnavailableException {
        List<String> arguments = List.of(GROUP, entry.toString());
        var unused = call(jedis -> jedis.eval(JobScripts.DONE, List.of(type.stream()), arguments));
    }

    /** The job of an entry; empty if the entry was deleted. */
    Optional<Job> job(StreamEntryID entry) throws RedisUnavailableException {
        return call(jedis -> jedis.xrange(type.stream(), entry, entry)).stream()
                .map(found -> Delivery.of(type, found, 0).job())
                .findFirst();
    }

    /**
     * Returns entries of {@code consumer} to all consumers; their delivery to it is not counted. Returns the number.
     */
    long handBack(String consumer, Collection<StreamEntryID> entries) throws RedisUnavailableException {
        return move(consumer, entries, Duration.ZERO, HANDED_BACK_IDLE, 1, ANY);
    }

    /**
     * Returns an entry to all consumers after a delay; its delivery is counted. Does nothing if it has been delivered again,
     * as when this is repeated because the first response was lost.
     */
    void offerAgain(String consumer, Delivery delivery, Duration pause) throws RedisUnavailableException {
        var unused = move(
                consumer,
                List.of(delivery.entry()),
                Duration.ZERO,
                HANDED_BACK_IDLE.minus(pause),
                0,
                Long.toString(delivery.number()));
    }

    /**
     * Returns entries of a dead consumer to all consumers if they have been idle for this long; their delivery is
     * counted.
     */
    long returnIdle(String consumer, Collection<StreamEntryID> entries, Duration idle)
            throws RedisUnavailableException {
        return move(consumer, entries, idle, HANDED_BACK_IDLE, 0, ANY);
    }

    /** Resets the idle time of the entries that {@code consumer} has; those of others are not changed. */
    void touch(String consumer, Collection<StreamEntryID> entries) throws RedisUnavailableException {
        if (!entries.isEmpty()) {
            var unused = script(JobScripts.TOUCH, List.of(type.stream()), List.of(GROUP, consumer), entries);
        }
    }

    /**
     * Moves an entry to the dead letters; false if {@code consumer} does not have it, or it was not idle for this long.
     */
    boolean moveToDeadLetters(String consumer, StreamEntryID entry, Duration idle, String reason)
            throws RedisUnavailableException {
        List<String> keys = List.of(type.stream(), DeadLetters.STREAM);
        List<String> arguments = List.of(GROUP, consumer, Long.toString(idle.toMillis()), entry.toString(), reason);
        return count(script(JobScripts.MOVE_TO_DEAD_LETTERS, keys, arguments, List.of())) == 1;
    }

    /** Deletes a consumer from the group; false, and nothing happens, if it has entries. */
    boolean deleteIfEmpty(String consumer) throws RedisUnavailableException {
        List<String> arguments = List.of(GROUP, consumer);
        return call(jedis -> jedis.eval(JobScripts.DELETE_CONSUMER, List.of(type.stream()), arguments))
                .equals(1L);
    }

    /** The entries that a consumer has and that have been idle for this long. */
    List<StreamPendingEntry> pending(String consumer, Duration idle) throws RedisUnavailableException {
        return call(jedis -> jedis.xpending(
                type.stream(),
                GROUP,
                new XPendingParams("-", "+", MANY).consumer(consumer).idle(idle.toMillis())));
    }

    List<String> consumers() throws RedisUnavailableException {
        return call(jedis -> jedis.xinfoConsumers2(type.stream(), GROUP)).stream()
                .map(StreamConsumerInfo::getName)
                .toList();
    }

    private long move(
            String consumer,
            Collection<StreamEntryID> entries,
            Duration idle,
            Duration newIdle,
            int deliveriesOff,
            String number)
            throws RedisUnavailableException {
        if (entries.isEmpty()) {
            return 0;
        }
        List<String> arguments = List.of(
                GROUP,
                consumer,
                Long.toString(idle.toMillis()),
                HANDED_BACK,
                Long.toString(newIdle.toMillis()),
                Integer.toString(deliveriesOff),
                number);
        return count(script(JobScripts.MOVE, List.of(type.stream()), arguments, entries));
    }

    /** Runs a script that returns a result and the number of deleted entries. */
    private List<?> script(String text, List<String> keys, List<String> arguments, Collection<StreamEntryID> entries)
            throws RedisUnavailableException {
        List<String> all = new ArrayList<>(arguments);
        entries.forEach(entry -> all.add(entry.toString()));
        List<?> answer = (List<?>) call(jedis -> jedis.eval(text, keys, all));
        long deleted = (Long) answer.get(1);
        if (deleted > 0) {
            log.warn("jobs {}: {} pending entries had been deleted from the stream, acknowledged", type, deleted);
        }
        return answer;
    }

    private static long count(List<?> answer) {
        return (Long) answer.get(0);
    }

    private <T> T call(Function<UnifiedJedis, T> command) throws RedisUnavailableException {
        return withGroup(() -> redis.call(command));
    }

    /** A Redis that is new or has lost its data has no group. */
    private <T> T withGroup(Command<T> command) throws RedisUnavailableException {
        try {
            return command.run();
        } catch (JedisDataException e) {
            if (!String.valueOf(e.getMessage()).contains("NOGROUP")
                    && !String.valueOf(e.getMessage()).contains("no such key")) {
                throw e;
            }
        }
        createGroup();
        return command.run();
    }

    private interface Command<T> {
        T run() throws RedisUnavailableException;
    }

    /** From the beginning of the stream, so that the group gets earlier entries. */
    private void createGroup() throws RedisUnavailableException {
        try {
            var unused = redis.call(jedis -> jedis.xgroupCreate(type.stream(), GROUP, new StreamEntryID(), true));
        } catch (JedisDataException e) {
            if (!String.valueOf(e.getMessage()).startsWith("BUSYGROUP")) { // another instance has created it
                throw e;
            }
        }
    }

    private List<Delivery> deliveries(List<StreamEntry> entries) {
        return entries.stream().map(entry -> Delivery.of(type, entry, 1)).toList();
    }
}
