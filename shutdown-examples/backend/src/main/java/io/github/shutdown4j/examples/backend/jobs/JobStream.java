package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.XAutoClaimParams;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamConsumerInfo;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.StreamPendingEntry;

/**
 * The stream of one type of jobs and what can be done to its entries. Holds no state but its place in the search for what
 * was handed back.
 */
final class JobStream {

    static final String GROUP = "workers";

    /** Not a consumer, but the name under which entries wait for one that takes them. */
    static final String HANDED_BACK = "handed-back";

    /**
     * What was handed back looks as if it had been idle for more than eleven days. Consumers take what has been idle for
     * so long, which nobody else's entries ever are.
     */
    private static final Duration HANDED_BACK_IDLE = Duration.ofSeconds(1_000_000);

    private static final int MANY = 10_000;

    private final RedisLink redis;
    private final JobType type;
    private volatile StreamEntryID searchedUpTo = new StreamEntryID();

    JobStream(RedisLink redis, JobType type) {
        this.redis = redis;
        this.type = type;
    }

    JobType type() {
        return type;
    }

    /** Reads new entries, waiting for them if there are none; {@code reader} belongs to the caller. */
    List<Delivery> read(Jedis reader, String consumer, int count, Duration block) throws RedisAwayException {
        XReadGroupParams params =
                XReadGroupParams.xReadGroupParams().count(count).block((int) block.toMillis());
        var streams = Map.of(type.stream(), StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
        var answer = withGroup(() -> redis.watched(() -> reader.xreadGroup(GROUP, consumer, params, streams)));
        return answer == null || answer.isEmpty()
                ? List.of()
                : deliveries(answer.get(0).getValue());
    }

    /** Takes entries that were handed back. Each search goes over a part of what is pending, the next one goes on there. */
    List<Delivery> takeHandedBack(String consumer, int count) throws RedisAwayException {
        var answer = call(jedis -> jedis.xautoclaim(
                type.stream(),
                GROUP,
                consumer,
                HANDED_BACK_IDLE.toMillis(),
                searchedUpTo,
                new XAutoClaimParams().count(count)));
        searchedUpTo = answer.getKey();
        return deliveries(answer.getValue());
    }

    /**
     * The job is done: its entry is acknowledged and deleted. Acknowledged entries must go some time; a limit of the
     * stream's length would do it too, but once the stream is that long it would take entries that nobody has had yet.
     */
    void done(StreamEntryID entry) throws RedisAwayException {
        var unused = redis.call(jedis -> {
            try (var both = jedis.multi()) {
                both.xack(type.stream(), GROUP, entry);
                both.xdel(type.stream(), entry);
                return both.exec();
            }
        });
    }

    /** Offers entries of {@code consumer} to everybody; that they were delivered to it does not count. Returns how many. */
    long handBack(String consumer, Collection<StreamEntryID> entries) throws RedisAwayException {
        return move(consumer, entries, Duration.ZERO, HANDED_BACK_IDLE, 1);
    }

    /** Offers an entry to everybody after a pause; that it was delivered counts. */
    void offerAgain(String consumer, StreamEntryID entry, Duration pause) throws RedisAwayException {
        var unused = move(consumer, List.of(entry), Duration.ZERO, HANDED_BACK_IDLE.minus(pause), 0);
    }

    /** Offers entries of a consumer that is dead to everybody, if they have been idle for so long; counted. */
    long takeAway(String consumer, Collection<StreamEntryID> entries, Duration idle) throws RedisAwayException {
        return move(consumer, entries, idle, HANDED_BACK_IDLE, 0);
    }

    /** Makes the entries that {@code consumer} has look as if it had just got them; leaves alone what others have. */
    void touch(String consumer, Collection<StreamEntryID> entries) throws RedisAwayException {
        if (!entries.isEmpty()) {
            var unused = script(JobScripts.TOUCH, List.of(type.stream()), List.of(GROUP, consumer), entries);
        }
    }

    /** Moves an entry to the dead letters; false if {@code consumer} does not have it, or not for so long. */
    boolean bury(String consumer, StreamEntryID entry, Duration idle, String reason) throws RedisAwayException {
        List<String> keys = List.of(type.stream(), DeadLetters.STREAM);
        List<String> arguments = List.of(GROUP, consumer, Long.toString(idle.toMillis()), entry.toString(), reason);
        return script(JobScripts.BURY, keys, arguments, List.of()) == 1;
    }

    /** Deletes a consumer from the group; false, and nothing happens, if it has entries. */
    boolean deleteIfEmpty(String consumer) throws RedisAwayException {
        return script(JobScripts.DELETE_CONSUMER, List.of(type.stream()), List.of(GROUP, consumer), List.of()) == 1;
    }

    /** What a consumer has, and has had for so long. */
    List<StreamPendingEntry> pending(String consumer, Duration idle) throws RedisAwayException {
        return call(jedis -> jedis.xpending(
                type.stream(),
                GROUP,
                new XPendingParams("-", "+", MANY).consumer(consumer).idle(idle.toMillis())));
    }

    /** How many times an entry has been delivered; 0 if it is not pending. */
    long deliveries(StreamEntryID entry) throws RedisAwayException {
        return call(jedis -> jedis.xpending(type.stream(), GROUP, new XPendingParams(entry, entry, 1))).stream()
                .mapToLong(StreamPendingEntry::getDeliveredTimes)
                .findFirst()
                .orElse(0);
    }

    List<String> consumers() throws RedisAwayException {
        return call(jedis -> jedis.xinfoConsumers2(type.stream(), GROUP)).stream()
                .map(StreamConsumerInfo::getName)
                .toList();
    }

    private long move(
            String consumer, Collection<StreamEntryID> entries, Duration idle, Duration newIdle, int deliveriesOff)
            throws RedisAwayException {
        if (entries.isEmpty()) {
            return 0;
        }
        List<String> arguments = List.of(
                GROUP,
                consumer,
                Long.toString(idle.toMillis()),
                HANDED_BACK,
                Long.toString(newIdle.toMillis()),
                Integer.toString(deliveriesOff));
        return script(JobScripts.MOVE, List.of(type.stream()), arguments, entries);
    }

    private long script(String text, List<String> keys, List<String> arguments, Collection<StreamEntryID> entries)
            throws RedisAwayException {
        List<String> all = new ArrayList<>(arguments);
        entries.forEach(entry -> all.add(entry.toString()));
        return (Long) call(jedis -> jedis.eval(text, keys, all));
    }

    private <T> T call(Function<UnifiedJedis, T> command) throws RedisAwayException {
        return withGroup(() -> redis.call(command));
    }

    /** A Redis that is new, or has forgotten everything, has no group. */
    private <T> T withGroup(Command<T> command) throws RedisAwayException {
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
        T run() throws RedisAwayException;
    }

    /** From the beginning of the stream, so that the group gets what was there before it. */
    private void createGroup() throws RedisAwayException {
        try {
            var unused = redis.call(jedis -> jedis.xgroupCreate(type.stream(), GROUP, new StreamEntryID(), true));
        } catch (JedisDataException e) {
            if (!String.valueOf(e.getMessage()).startsWith("BUSYGROUP")) { // another instance was first
                throw e;
            }
        }
    }

    private List<Delivery> deliveries(List<StreamEntry> entries) {
        return entries.stream().map(entry -> Delivery.of(type, entry)).toList();
    }
}
